"""``switchboard status``: compare what is with switchboard.toml, and say what is not healthy."""

import json
from typing import Final

import typer

from tools.configure.commands.options import (
    DEFAULT_FILE,
    DEFAULT_FOLDER,
    DEFAULT_PROFILE_NAME,
    File,
    Json,
    KeptIn,
    Local,
    OptionalUrl,
    Profile,
    Region,
    Stack,
    explained,
    find_deployment,
)
from tools.configure.display import heading
from tools.configure.health import findings
from tools.configure.settings import read_settings

app = typer.Typer(add_completion=False)

_SIGNS: Final = {"ok": "ok", "problem": "PROBLEM", "note": "note", "unknown": "unknown"}


@app.command(cls=OptionalUrl)
def status(
    *,
    stack: Stack = "",
    profile: Profile = DEFAULT_PROFILE_NAME,
    region: Region = "",
    local: Local = "",
    file: File = DEFAULT_FILE,
    kept_in: KeptIn = DEFAULT_FOLDER,
    as_json: Json = False,
) -> None:
    """Compare what is with switchboard.toml, and say what is not healthy; exit code 1 if anything is.

    "unknown" is what Twilio's API does not tell.
    """
    with explained():
        deployment = find_deployment(stack, profile, region, local, kept_in)
        found = list(findings(deployment, read_settings(file), file.parent))
    problems = sum(one.state == "problem" for one in found)
    if as_json:
        document = {
            "stack": deployment.name,
            "account": deployment.account_sid,
            "url": deployment.public_url,
            "healthy": problems == 0,
            "findings": [one.as_json() for one in found],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{heading(deployment)}\n")
        for one in found:
            typer.echo(f"{_SIGNS[one.state]:<8} {one.check:<12} {one.subject}: {one.message}")
        typer.echo(
            "\nhealthy" if problems == 0 else f"\n{problems} {'problem' if problems == 1 else 'problems'}"
        )
    if problems:
        raise typer.Exit(1)

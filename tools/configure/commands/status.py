"""``switchboard status``: compare what is with switchboard.toml, and say what is not healthy."""

import json
from typing import Final

import typer

from tools.configure.commands.options import DEFAULT_FILE, File, Json
from tools.configure.display import heading
from tools.configure.health import findings
from tools.configure.settings import read_settings
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack

app = typer.Typer(add_completion=False)

_SIGNS: Final = {"ok": "ok", "problem": "PROBLEM", "note": "note", "unknown": "unknown"}


@app.command()
def status(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    file: File = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Compare what is with switchboard.toml, and say what is not healthy; exit code 1 if anything is.

    What Twilio's API does not tell is "unknown".
    """
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        found = list(findings(stack, read_settings(file), file.parent))
    problems = sum(one.state == "problem" for one in found)
    if as_json:
        document = {
            "stack": stack.name,
            "account": stack.account_sid,
            "url": stack.public_url,
            "healthy": problems == 0,
            "findings": [one.as_json() for one in found],
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{heading(stack)}\n")
        for one in found:
            typer.echo(f"{_SIGNS[one.state]:<8} {one.check:<12} {one.subject}: {one.message}")
        typer.echo(
            "\nhealthy" if problems == 0 else f"\n{problems} {'problem' if problems == 1 else 'problems'}"
        )
    if problems:
        raise typer.Exit(1)

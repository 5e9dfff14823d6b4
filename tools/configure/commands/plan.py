"""``switchboard plan``: show what ``switchboard configure`` would change."""

import json

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
    TokenFromInput,
    explained,
    find_deployment,
)
from tools.configure.course import prepare
from tools.configure.display import heading, plan_json, plan_lines, summary
from tools.configure.questions import is_interactive
from tools.configure.settings import read_settings

app = typer.Typer(add_completion=False)


@app.command(cls=OptionalUrl)
def plan(
    *,
    stack: Stack = "",
    profile: Profile = DEFAULT_PROFILE_NAME,
    region: Region = "",
    local: Local = "",
    file: File = DEFAULT_FILE,
    kept_in: KeptIn = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    as_json: Json = False,
) -> None:
    """Show what is and what would be, in AWS and at Twilio. Nothing is changed."""
    with explained():
        deployment = find_deployment(stack, profile, region, local, kept_in)
        settings = read_settings(file)
        made = prepare(
            deployment, settings, file.parent, token_from_input=token_from_input, ask=is_interactive()
        )
        if as_json:
            typer.echo(json.dumps(plan_json(deployment, made.plan), indent=2, ensure_ascii=False))
            return
        typer.echo(f"{heading(deployment)}\n")
        for line in plan_lines(made.plan):
            typer.echo(line)
        typer.echo(
            f"{summary(made.plan)}; `switchboard configure` makes them"
            if made.plan.effective
            else summary(made.plan)
        )

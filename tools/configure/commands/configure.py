"""``switchboard configure``: carry out what ``switchboard plan`` shows."""

import json

import typer

from tools.configure.apply import carry_out
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
    Yes,
    explained,
    find_deployment,
)
from tools.configure.course import Prepared, may_proceed, prepare
from tools.configure.credentials import ready_auth_token
from tools.configure.deployment import Deployment
from tools.configure.display import done_lines, heading, plan_json, plan_lines, summary
from tools.configure.planner import Change
from tools.configure.questions import ask_settings, is_interactive
from tools.configure.resources.resource import ConfigureError
from tools.configure.settings import read_settings

app = typer.Typer(add_completion=False)


@app.command(cls=OptionalUrl)
def configure(
    *,
    stack: Stack = "",
    profile: Profile = DEFAULT_PROFILE_NAME,
    region: Region = "",
    local: Local = "",
    file: File = DEFAULT_FILE,
    kept_in: KeptIn = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Set up Twilio and the stack as switchboard.toml says: secrets, files, events, webhooks.

    Without a file it asks what should be set up, and writes one. It shows the plan, asks, and records what
    was there before each change, so that `switchboard unconfigure` can put it back. Ended in the middle, it
    does the rest when it is run again.
    """
    with explained():
        deployment = find_deployment(stack, profile, region, local, kept_in)
        ask = is_interactive()
        if not file.exists():
            if not ask:
                raise ConfigureError(
                    f"{file} does not exist: run `switchboard configure` at a terminal, which "
                    "asks and writes it, or write it yourself (docs/deploy.md)"
                )
            ready_auth_token(deployment, from_input=token_from_input, ask=True)
            file.write_text(ask_settings(deployment), encoding="utf-8")
            typer.echo(f"Written: {file}\n")
        settings = read_settings(file)
        made = prepare(deployment, settings, file.parent, token_from_input=token_from_input, ask=ask)
        proceed(deployment, made, yes=yes, as_json=as_json)


def proceed(deployment: Deployment, made: Prepared, *, yes: bool, as_json: bool) -> None:
    """Show a plan, ask, and carry it out."""
    plan = made.plan
    if as_json:
        # Only what was planned is printed, once it is done, so that the output is one document.
        may_proceed(yes=yes, ask=False)
        carry_out(plan, made.store, made.record, lambda _: None)
        typer.echo(json.dumps(plan_json(deployment, plan), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{heading(deployment)}\n")
    for line in plan_lines(plan):
        typer.echo(line)
    typer.echo(summary(plan))
    if plan.effective and not may_proceed(yes=yes, ask=is_interactive()):
        typer.echo("Nothing was changed.")
        return

    def report(change: Change) -> None:
        for line in done_lines(change):
            typer.echo(line)

    carry_out(plan, made.store, made.record, report)

"""``switchboard configure``: carry out what ``switchboard plan`` shows."""

import json

import typer

from tools.configure.apply import carry_out
from tools.configure.commands.options import DEFAULT_FILE, File, Json, TokenFromInput, Yes
from tools.configure.course import Prepared, may_proceed, prepare
from tools.configure.credentials import ready_auth_token
from tools.configure.display import done_lines, heading, plan_json, plan_lines, summary
from tools.configure.planner import Change
from tools.configure.questions import ask_settings, is_interactive
from tools.configure.resources.resource import ConfigureError
from tools.configure.settings import read_settings
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack
from tools.stack.stack import Stack

app = typer.Typer(add_completion=False)


@app.command()
def configure(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    file: File = DEFAULT_FILE,
    token_from_input: TokenFromInput = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Set up Twilio and the stack as switchboard.toml says: secrets, files, events, webhooks.

    Without a file it asks what should be set up, and writes one. It shows the plan, asks, and records what
    was there before each change, so that `switchboard unconfigure` can put it back. Ended in the middle, it
    does the rest when it is run again.
    """
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        ask = is_interactive()
        if not file.exists():
            if not ask:
                raise ConfigureError(
                    f"{file} does not exist: run `switchboard configure` at a terminal, which "
                    "asks and writes it, or write it yourself (docs/configure.md)"
                )
            ready_auth_token(stack, from_input=token_from_input, ask=True)
            file.write_text(ask_settings(stack, file.parent), encoding="utf-8")
            typer.echo(f"Written: {file}\n")
        settings = read_settings(file)
        made = prepare(stack, settings, file.parent, token_from_input=token_from_input, ask=ask)
        proceed(stack, made, yes=yes, as_json=as_json)


def proceed(stack: Stack, made: Prepared, *, yes: bool, as_json: bool) -> None:
    """Show a plan, ask, and carry it out."""
    plan = made.plan
    if as_json:
        # Only what was planned is printed, once it is done, so that the output is one document.
        may_proceed(yes=yes, ask=False)
        carry_out(plan, made.store, made.record, lambda _: None)
        typer.echo(json.dumps(plan_json(stack, plan), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{heading(stack)}\n")
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

"""``switchboard plan``: show what ``switchboard configure`` would change."""

import json

import typer

from tools.configure.commands.options import DEFAULT_FILE, File, Json, TokenFromInput
from tools.configure.course import prepare
from tools.configure.display import heading, plan_json, plan_lines, summary
from tools.configure.questions import is_interactive
from tools.configure.settings import read_settings
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack

app = typer.Typer(add_completion=False)


@app.command()
def plan(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    file: File = DEFAULT_FILE,
    token_from_input: TokenFromInput = False,
    as_json: Json = False,
) -> None:
    """Show what is and what would be, in AWS and at Twilio. Nothing is changed."""
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        settings = read_settings(file)
        made = prepare(stack, settings, file.parent, token_from_input=token_from_input, ask=is_interactive())
        if as_json:
            typer.echo(json.dumps(plan_json(stack, made.plan), indent=2, ensure_ascii=False))
            return
        typer.echo(f"{heading(stack)}\n")
        for line in plan_lines(made.plan):
            typer.echo(line)
        typer.echo(
            f"{summary(made.plan)}; `switchboard configure` makes them"
            if made.plan.effective
            else summary(made.plan)
        )

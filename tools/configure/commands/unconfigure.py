"""``switchboard unconfigure``: put back what was there before."""

import typer

from tools.configure.commands.configure import proceed
from tools.configure.commands.options import Json, TokenFromInput, Yes
from tools.configure.course import prepare_undo
from tools.configure.questions import is_interactive
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack

app = typer.Typer(add_completion=False)


@app.command()
def unconfigure(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put back what was there before `switchboard configure`, from its record in the stack's bucket.

    What another has changed since stays as it is, and is named.
    """
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        made = prepare_undo(stack, token_from_input=token_from_input, ask=is_interactive())
        proceed(stack, made, yes=yes, as_json=as_json)

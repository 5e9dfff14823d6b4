"""``switchboard unconfigure``: put back what was there before."""

import typer

from tools.configure.commands.configure import proceed
from tools.configure.commands.options import (
    DEFAULT_FOLDER,
    DEFAULT_PROFILE_NAME,
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
from tools.configure.course import prepare_undo
from tools.configure.questions import is_interactive

app = typer.Typer(add_completion=False)


@app.command(cls=OptionalUrl)
def unconfigure(
    *,
    stack: Stack = "",
    profile: Profile = DEFAULT_PROFILE_NAME,
    region: Region = "",
    local: Local = "",
    kept_in: KeptIn = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put back what was there before `switchboard configure`, from its record in the stack's bucket.

    What another has changed since stays as it is, and is named.
    """
    with explained():
        deployment = find_deployment(stack, profile, region, local, kept_in)
        made = prepare_undo(deployment, token_from_input=token_from_input, ask=is_interactive())
        proceed(deployment, made, yes=yes, as_json=as_json)

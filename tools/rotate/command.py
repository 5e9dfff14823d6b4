"""``switchboard rotate``: new secrets in place of old ones, and no caller refused meanwhile."""

from typing import Annotated

import typer

from tools.stack.options import (
    DEFAULT_FOLDER,
    Folder,
    Local,
    Port,
    Profile,
    Region,
    StackName,
    chosen_stack,
)
from tools.terminal import fail

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def rotate() -> None:
    """Rotate the auth token or the API key. No secret is printed, or part of a command line."""


@app.command("auth-token")
def rotate_auth_token(
    *,
    wait: Annotated[int, typer.Option(min=0, help="Seconds until every function knows the new token.")] = 330,
    keep: Annotated[
        int, typer.Option(min=0, help="Seconds for which the old token is accepted at the end.")
    ] = 600,
    abort: Annotated[
        bool, typer.Option("--abort", help="Abandon a rotation that was interrupted: the old token stays.")
    ] = False,
    replace_secondary: Annotated[
        bool, typer.Option("--replace-secondary", help="Delete a secondary token that Twilio has already.")
    ] = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Have Twilio make a new auth token, and take the old one away; about a quarter of an hour.

    What else uses the old token, in other applications, must have the new one before Twilio promotes it: it
    is in SSM from the beginning of the first wait. What was interrupted continues with the next run, or is
    abandoned by --abort until Twilio has promoted the new token.
    """
    from tools.rotate.auth_token import AuthTokenRotation, Waits

    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        waits = Waits(wait, keep)
        rotation = AuthTokenRotation(stack, waits, typer.echo, replace_secondary=replace_secondary)
        if abort:
            rotation.abort()
        else:
            rotation.run()


@app.command("api-key")
def rotate_api_key(
    *,
    finish: Annotated[
        bool, typer.Option("--finish", help="Remove the old key, once your callers use the new one.")
    ] = False,
    abort: Annotated[
        bool, typer.Option("--abort", help="Remove the new key instead: your callers keep the old one.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Remove a key although it was used in the last hour.")
    ] = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Make a new API key beside the old one; --finish removes the old one, --abort the new one."""
    from tools.deploy.account import API_KEYS
    from tools.rotate.api_key import ApiKeyRotation

    if finish and abort:
        raise typer.BadParameter("pass --finish or --abort, not both")
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        rotation = ApiKeyRotation(stack)
        name = stack.parameter_name(API_KEYS)
        if not (finish or abort):
            rotation.add()
            print(f"{name} has a new key, the last, beside the old one; it is accepted within five minutes.")
            print("Move your callers to it, then run this command with --finish.")
            return
        which, left = ("new", "old") if abort else ("old", "new")
        used = rotation.minutes_since_use(of_new=abort)
        if used is not None and used < 60 and not yes:
            fail(f"the {which} key started something {used} minutes ago: move that caller, or pass --yes")
        if abort:
            rotation.abort()
        else:
            rotation.finish()
        print(f"{name} has the {left} key alone; the {which} one is refused within five minutes.")

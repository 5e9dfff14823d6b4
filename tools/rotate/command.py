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
    replace_secondary: Annotated[
        bool, typer.Option("--replace-secondary", help="Delete a secondary token that Twilio has already.")
    ] = False,
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Have Twilio make a new auth token, and take the old one away; about a quarter of an hour.

    What else uses the old token, in other applications, must have the new one before Twilio promotes it: it
    is in SSM from the beginning of the first wait. What was interrupted continues with the next run.
    """
    from tools.rotate.auth_token import AuthTokenRotation, Waits

    with chosen_stack(profile, region, folder, local=local, port=port) as stack:
        waits = Waits(wait, keep)
        AuthTokenRotation(stack, waits, typer.echo, replace_secondary=replace_secondary).run()


@app.command("api-key")
def rotate_api_key(
    *,
    finish: Annotated[
        bool, typer.Option("--finish", help="Remove the old key, once your callers use the new one.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Remove it although it was used in the last hour.")
    ] = False,
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Make a new API key beside the old one; with --finish, remove the old one."""
    from tools.deploy.account import API_KEYS
    from tools.rotate.api_key import ApiKeyRotation

    with chosen_stack(profile, region, folder, local=local, port=port) as stack:
        rotation = ApiKeyRotation(stack)
        name = stack.parameter_name(API_KEYS)
        if not finish:
            rotation.add()
            print(f"{name} has a new key, the last, beside the old one; it is accepted within five minutes.")
            print("Move your callers to it, then run this command with --finish.")
            return
        used = rotation.minutes_since_use()
        if used is not None and used < 60 and not yes:
            fail(f"the old key started something {used} minutes ago: move that caller, or pass --yes")
        rotation.finish()
        print(f"{name} has the new key alone; the old one is refused within five minutes.")

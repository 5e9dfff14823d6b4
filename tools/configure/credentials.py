"""The auth token: the one in SSM if Twilio takes it, else the operator's, which goes into SSM."""

import os
import sys

import typer

from tools.configure.resources.resource import ConfigureError
from tools.deploy.account import AUTH_TOKEN
from tools.stack.stack import Stack

VARIABLE = "TWILIO_AUTH_TOKEN"


def ready_auth_token(stack: Stack, *, from_input: bool, ask: bool) -> None:
    """Make sure that there is an auth token that Twilio takes.

    Parameters
    ----------
    stack
        Gets the new token, if one is needed.
    from_input
        Whether the token is the first line of standard input.
    ask
        Whether the operator may be asked for it.

    Raises
    ------
    ConfigureError
        There is none, or Twilio refuses it.
    """
    token = (sys.stdin.readline() if from_input else os.environ.get(VARIABLE, "")).strip()
    present = stack.secret(AUTH_TOKEN)
    if present and stack.is_accepted(present):
        return
    if not token and ask:
        text = "Twilio auth token (is not shown, goes to SSM only)"
        token = str(typer.prompt(text, default="", show_default=False, hide_input=True, err=True)).strip()
    if not token:
        problem = "is refused by Twilio" if present else "is missing in SSM"
        raise ConfigureError(
            f"{stack.parameter_name(AUTH_TOKEN)} {problem}: set {VARIABLE}, or pass --auth-token-stdin"
        )
    if not stack.is_accepted(token):
        raise ConfigureError(f"Twilio refuses this auth token for account {stack.account_sid}")
    stack.new_auth_token = token

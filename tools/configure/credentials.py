"""The auth token: the one in SSM if Twilio takes it, else the operator's, which goes into SSM."""

import os
import sys

import typer

from switchboard.twilio.outcome import Refused
from tools.configure.deployment import AUTH_TOKEN, Deployment
from tools.configure.resources.resource import ConfigureError

VARIABLE = "TWILIO_AUTH_TOKEN"


def ready_auth_token(deployment: Deployment, *, from_input: bool, ask: bool) -> None:
    """Make sure that there is an auth token that Twilio takes.

    Parameters
    ----------
    deployment
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
    present = deployment.secret(AUTH_TOKEN)
    if present and is_accepted(deployment, present):
        return
    if not token and ask:
        text = "Twilio auth token (is not shown, goes to SSM only)"
        token = str(typer.prompt(text, default="", show_default=False, hide_input=True, err=True)).strip()
    if not token:
        problem = "is refused by Twilio" if present else "is missing in SSM"
        raise ConfigureError(
            f"{deployment.parameter(AUTH_TOKEN)} {problem}: set {VARIABLE}, or pass --auth-token-stdin"
        )
    if not is_accepted(deployment, token):
        raise ConfigureError(f"Twilio refuses this auth token for account {deployment.account_sid}")
    deployment.new_auth_token = token


def is_accepted(deployment: Deployment, token: str) -> bool:
    """Tell whether Twilio takes an auth token: https://www.twilio.com/docs/iam/api/account.

    Raises
    ------
    Refused, switchboard.errors.TwilioUnreachable
        Twilio answers otherwise, or not at all.
    """
    try:
        deployment.twilio_with(token).api.v2010.accounts(deployment.account_sid).fetch()
    except Refused as error:
        if error.status == 401:
            return False
        raise
    return True

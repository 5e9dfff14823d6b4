"""``switchboard setup-events``: registers POST /eventstream with Twilio's Event Streams.

Without a URL it registers the platform on this machine with its stand-in for Twilio.
"""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from tools.terminal import fail
from tools.twilio_account import connect

if TYPE_CHECKING:
    from twilio.rest import Client

app = typer.Typer(add_completion=False)

_PATH = "/eventstream"


@app.command()
def setup_events(
    *,
    url: Annotated[
        str, typer.Option(envvar="URL", help="ApiUrl, or the custom domain; else the platform here.")
    ] = "",
    port: Annotated[
        int, typer.Option(envvar="PORT", min=1, max=65535, help="Port of the platform here.")
    ] = 3000,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be done.")] = False,
) -> None:
    """Register the webhook sink and the subscription that features need, and print what was done.

    The account is that of TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. What is registered already stays.
    """
    from switchboard.errors import TwilioUnreachable
    from switchboard.twilio.outcome import Refused
    from tools.setup_events.registration import Registration

    client, base = _deployed(url) if url else _local(port)
    try:
        for line in Registration(client, base.rstrip("/") + _PATH, dry_run=dry_run).register():
            typer.echo(line)
    except Refused as error:
        fail(f"Twilio refuses ({error.code}): {error.message}")
    except TwilioUnreachable as error:
        fail(error.message)


def _deployed(url: str) -> "tuple[Client, str]":
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        fail(f"URL must be a base URL such as https://abc.execute-api.us-east-1.amazonaws.com, not {url}")
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    account_sid, auth_token = (os.environ.get(name, "") for name in names)
    if not account_sid or not auth_token:
        fail(f"{' and '.join(names)} must be set: they are the account's whose events are wanted")
    return connect(account_sid, auth_token), url


def _local(port: int) -> "tuple[Client, str]":
    from tools.stack.opening import open_local
    from tools.stack.stack import StackError

    try:
        stack = open_local(port)
    except StackError as error:
        fail(f"{error}, or name a deployment with URL=https://…")
    return stack.twilio, stack.public_url

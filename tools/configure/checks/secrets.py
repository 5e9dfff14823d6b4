"""Secrets: whether they are there, whether Twilio takes the auth token, whether a rotation is unfinished."""

from collections.abc import Iterator
from typing import Final

from tools.configure.checks.finding import Finding
from tools.deploy.account import API_KEYS, AUTH_TOKEN
from tools.stack.stack import Stack

PREVIOUS: Final = "twilio-auth-token-previous"
_CHECK: Final = "secrets"
_SHORTEST: Final = 20


def check_secrets(stack: Stack) -> Iterator[Finding]:
    """Look at the secrets in SSM; the auth token is tried against Twilio."""
    name = stack.parameter_name(AUTH_TOKEN)
    token = stack.secret(AUTH_TOKEN)
    if not token:
        yield Finding(_CHECK, name, "problem", "is missing: every webhook is refused")
    elif not stack.is_accepted(token):
        yield Finding(_CHECK, name, "problem", f"Twilio refuses it for account {stack.account_sid}")
    else:
        yield Finding(_CHECK, name, "ok", "Twilio takes it")
    yield _api_keys(stack)
    if stack.secret(PREVIOUS):
        text = "is there: the auth token is being rotated, and the one before is still taken"
        yield Finding(_CHECK, stack.parameter_name(PREVIOUS), "note", text)


def _api_keys(stack: Stack) -> Finding:
    name = stack.parameter_name(API_KEYS)
    value = stack.secret(API_KEYS)
    keys = [key.strip() for key in (value or "").split(",") if key.strip()]
    if not keys:
        return Finding(_CHECK, name, "problem", "is missing: your systems cannot start surveys or messages")
    if len(keys) > 2:
        return Finding(_CHECK, name, "problem", f"holds {len(keys)} keys: one, or two while one is rotated")
    if min(map(len, keys)) < _SHORTEST:
        return Finding(_CHECK, name, "problem", f"a key has fewer than {_SHORTEST} characters")
    number = "1 key" if len(keys) == 1 else "2 keys: one is being rotated"
    return Finding(_CHECK, name, "ok", number)

"""Who may call: the document's security schemes, and those that an endpoint accepts."""

from collections.abc import Iterable, Iterator
from typing import Final

from switchboard.http.auth import ApiKey, Authenticator, FlexToken, TwilioSignature

TWILIO: Final = "twilioSignature"
FLEX: Final = "flexToken"
KEY: Final = "apiKey"

SCHEMES: Final = {
    TWILIO: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Twilio-Signature",
        "description": (
            "Twilio signs its webhooks with the account's auth token: HMAC-SHA1 over the public URL with its "
            "query string and the sorted form parameters, in Base64. With a JSON body the query parameter "
            "`bodySHA256` holds the body's SHA-256 in hexadecimal digits, and the URL alone is signed. A "
            "request that names another `AccountSid` is refused. See "
            "https://www.twilio.com/docs/usage/webhooks/webhooks-security."
        ),
    },
    FLEX: {
        "type": "apiKey",
        "in": "header",
        "name": "X-Flex-Token",
        "description": (
            "The token of a Flex user, which Twilio checks. Without the header it may come in the field "
            "`Token` of the query string, the form or the JSON; a body over 256 KiB is not read before the "
            "token is checked. A route that names roles needs a user who has one of them."
        ),
    },
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of this deployment: `Authorization: Bearer <API key>`.",
    },
}


def requirements(authenticators: Iterable[Authenticator]) -> list[dict[str, list[str]]]:
    """Return the security requirements of an operation: any one suffices."""
    return [requirement for one in authenticators for requirement in _requirements(one)]


def callers(authenticators: Iterable[Authenticator]) -> str:
    """Return who may call as a sentence."""
    return f"**Who may call:** {', or '.join(_caller(one) for one in authenticators)}."


def _requirements(authenticator: Authenticator) -> Iterator[dict[str, list[str]]]:
    match authenticator:
        case TwilioSignature():
            yield {TWILIO: []}
        case ApiKey():
            yield {KEY: []}
        case FlexToken(roles=()):
            yield {FLEX: []}
        case FlexToken(roles=roles):
            # All roles of one requirement would be needed: https://spec.openapis.org/oas/v3.1.1#security-requirement-object
            yield from ({FLEX: [role]} for role in roles)
        case _:
            raise TypeError(f"{authenticator} is not described")


def _caller(authenticator: Authenticator) -> str:
    match authenticator:
        case TwilioSignature():
            return "Twilio, by its signature"
        case ApiKey():
            return "your own systems, by an API key"
        case FlexToken(roles=()):
            return "a Flex user, by their token"
        case FlexToken(roles=roles):
            *others, last = roles
            either = f"{', '.join(others)} or {last}" if others else last
            return f"a Flex user with the role {either}, by their token"
        case _:
            raise TypeError(f"{authenticator} is not described")

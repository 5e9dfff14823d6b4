"""Who may call: three authenticators, of which a route accepts one or more."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, Protocol

from switchboard.errors import Forbidden
from switchboard.http.auth.twilio_signature import is_signed_by_twilio
from switchboard.http.event import RawRequest
from switchboard.http.request import Caller
from switchboard.log import logger
from switchboard.settings import common

_ACCOUNT_FIELDS = ("AccountSid", "accountSid")
_KEY_ID_LENGTH = 16
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)


class Authenticator(Protocol):
    """Checks one kind of credentials. Those with a lower `order`, which look at headers alone, come first."""

    order: ClassVar[int]

    def check(self, raw: RawRequest) -> Caller:
        """Return the caller; raise Forbidden if the credentials are missing or wrong."""

    def prepare(self) -> None:
        """Import what `check` needs."""


def authenticate(raw: RawRequest, authenticators: Sequence[Authenticator]) -> Caller:
    """Return the caller, by the first authenticator that accepts the request.

    Parameters
    ----------
    raw : RawRequest
        The request, nothing of it decoded yet.
    authenticators : Sequence[Authenticator]
        The proofs that the endpoint accepts; any one suffices.

    Raises
    ------
    Forbidden
        No proof holds.
    BadRequest, PayloadTooLarge, UnsupportedMediaType
        The body must be understood to check the proof, and cannot be.
    ServiceUnavailable
        Twilio, who alone can check a Flex token, does not answer.
    """
    refusals: list[Forbidden] = []
    for authenticator in sorted(authenticators, key=lambda authenticator: authenticator.order):
        try:
            return authenticator.check(raw)
        except Forbidden as refusal:
            refusals.append(refusal)
    logger.warning("Refused", extra={"reasons": [refusal.message for refusal in refusals]})
    if len(refusals) == 1:
        raise refusals[0]
    raise Forbidden("None of the proofs that this endpoint accepts came with the request.")


class ApiKey:
    """An API key: ``Authorization: Bearer <key>``, one of those in the SSM parameter API_KEYS_PARAMETER."""

    order: ClassVar[int] = 0

    def prepare(self) -> None:
        """Import nothing: the standard library compares keys."""

    def check(self, raw: RawRequest) -> Caller:
        """Return the caller if the bearer token is one of the keys."""
        bearer = _BEARER.fullmatch(raw.headers.get("authorization", "").strip())
        if bearer is None:
            raise Forbidden("No API key came in the Authorization header, as Bearer.")
        given = bearer[1].encode("utf-8", "replace")
        for keys in _api_keys():
            # Every key is compared, so that the time taken does not tell which of them it was.
            if sum(hmac.compare_digest(given, key.encode()) for key in keys):
                return Caller("key", key_id=key_id(given))
        raise Forbidden("The API key is wrong.")


def key_id(key: bytes) -> str:
    """Return the name by which the use of an API key is counted: the beginning of its hash."""
    return hashlib.sha256(key).hexdigest()[:_KEY_ID_LENGTH]


class TwilioSignature:
    """A webhook signed by Twilio (https://www.twilio.com/docs/usage/webhooks/webhooks-security).

    Form bodies are part of the signature; of a JSON body the SHA-256 is, as the URL's ``bodySHA256``.
    """

    order: ClassVar[int] = 1

    def prepare(self) -> None:
        """Import Twilio's validator."""
        import twilio.request_validator  # noqa: F401

    def check(self, raw: RawRequest) -> Caller:
        """Return the caller if the signature was made with one of the account's secrets.

        A request that names another account is refused all the same.
        """
        if not is_signed_by_twilio(raw):
            raise Forbidden("The X-Twilio-Signature does not match the request.")
        _check_account(raw)
        return Caller("twilio")


FLEX_USERS: Final = ("agent", "supervisor", "admin")
"""The roles of Flex users; tokens of web chat visitors have another role."""


class FlexToken:
    """A Flex user's token, in the header X-Flex-Token or, without one, in the field ``Token``.

    The field may be in the query string, the form or the JSON. A body over 256 KiB is not read before the
    token has been checked, so there the token comes in the header or the query string.

    Parameters
    ----------
    role : str or tuple[str, ...], optional
        A role that the user must have, such as "admin"; of several, any one.
    """

    order: ClassVar[int] = 2

    def __init__(self, role: str | tuple[str, ...] = ()) -> None:
        self.roles = (role,) if isinstance(role, str) else role

    def prepare(self) -> None:
        """Import Twilio's REST client, which asks Twilio about tokens."""
        import switchboard.http.auth.flex_token
        import switchboard.twilio.http_client  # noqa: F401

    def check(self, raw: RawRequest) -> Caller:
        """Return the Flex user if Twilio says that the token is valid and the user has the role."""
        token = raw.headers.get("x-flex-token")
        if token is None:
            token = (raw.query if raw.is_large else raw.params).get("Token")
        if not token:
            raise Forbidden("A Flex user's token is missing: in the header X-Flex-Token or the field Token.")

        from switchboard.http.auth.flex_token import flex_user

        caller = flex_user(token)
        if self.roles and not set(self.roles) & set(caller.roles):
            raise Forbidden(f"This needs the Flex role {' or '.join(self.roles)}.")
        return caller


def _check_account(raw: RawRequest) -> None:
    """Refuse a request that names another account in its query, its form or its JSON object."""
    document = raw.json if isinstance(raw.json, dict) else {}
    for name in _ACCOUNT_FIELDS:
        named = [*raw.query.getlist(name), *raw.form.getlist(name), document.get(name)]
        if any(sid not in (None, "", common().twilio_account_sid) for sid in named):
            raise Forbidden("The AccountSid is not this account's.")


def _api_keys() -> Iterator[list[str]]:
    """Yield the keys as remembered; then, if they have changed, as they are now."""
    from switchboard.aws.secrets import RETRY_SECONDS, secret

    parameter = common().api_keys_parameter
    remembered = secret(parameter)
    yield _split_keys(remembered)
    current = secret(parameter, RETRY_SECONDS)
    if current != remembered:
        yield _split_keys(current)


def _split_keys(text: str) -> list[str]:
    return re.findall(r"[^\s,]+", text)

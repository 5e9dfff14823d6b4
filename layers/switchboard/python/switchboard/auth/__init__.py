"""Who may call: three kinds of proof, each checked before anything else happens."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, Protocol
from urllib.parse import quote, unquote

from switchboard.errors import Forbidden
from switchboard.http_event import RawRequest
from switchboard.log import logger
from switchboard.request import Caller, Params
from switchboard.settings import common

_ACCOUNT_FIELDS = ("AccountSid", "accountSid")
_KEY_ID_LENGTH = 16
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)
_PLAIN = re.compile("[@:']")
_ENCODED = re.compile("%(?:40|3A|27)", re.IGNORECASE)


class Authenticator(Protocol):
    """One kind of proof. Guards with a lower `order` are asked first: those that look at headers alone."""

    order: ClassVar[int]

    def check(self, raw: RawRequest) -> Caller:
        """Return the caller; raise Forbidden if the proof is missing or wrong."""

    def prepare(self) -> None:
        """Import what `check` needs."""


def authenticate(raw: RawRequest, authenticators: Sequence[Authenticator]) -> Caller:
    """Return the caller by the first proof that holds.

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
                return Caller("key", key_id=hashlib.sha256(given).hexdigest()[:_KEY_ID_LENGTH])
        raise Forbidden("The API key is wrong.")


class TwilioSignature:
    """A webhook signed by Twilio (https://www.twilio.com/docs/usage/webhooks/webhooks-security).

    Form bodies are part of the signature; of a JSON body the SHA-256 is, as the URL's ``bodySHA256``.
    """

    order: ClassVar[int] = 1

    def prepare(self) -> None:
        """Import Twilio's validator."""
        import twilio.request_validator  # noqa: F401

    def check(self, raw: RawRequest) -> Caller:
        """Return the caller if the signature was made with the account's auth token or the previous one.

        A request that names another account is refused all the same.
        """
        signature = raw.headers.get("x-twilio-signature")
        if not signature:
            raise Forbidden("The X-Twilio-Signature header is missing.")
        signed = _signed_params(raw)

        from twilio.request_validator import RequestValidator

        urls = _signed_urls(raw.url)
        for token in _auth_tokens():
            validator = RequestValidator(token)
            if any(validator.validate(url, signed, signature) for url in urls):
                _check_account(raw)
                return Caller("twilio")
        raise Forbidden("The X-Twilio-Signature does not match the request.")


FLEX_USERS: Final = ("agent", "supervisor", "admin")
"""The roles of people who work with Flex; a web chat's visitor has a token with another one."""


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
        import switchboard.auth.flex_token
        import switchboard.twilio.http_client  # noqa: F401

    def check(self, raw: RawRequest) -> Caller:
        """Return the Flex user if Twilio says that the token is valid and the user has the role."""
        token = raw.headers.get("x-flex-token")
        if token is None:
            token = (raw.query if raw.is_large else raw.params).get("Token")
        if not token:
            raise Forbidden("A Flex user's token is missing: in the header X-Flex-Token or the field Token.")

        from switchboard.auth.flex_token import flex_user

        caller = flex_user(token)
        if self.roles and not set(self.roles) & set(caller.roles):
            raise Forbidden(f"This needs the Flex role {' or '.join(self.roles)}.")
        return caller


def _signed_params(raw: RawRequest) -> Params:
    """Return the parameters that are signed besides the URL; Forbidden if nothing vouches for the body."""
    kind = raw.kind
    claimed = raw.query.getlist("bodySHA256")
    # Whenever the URL promises a hash the body must keep it: else a signed JSON request could be sent again
    # without its body.
    actual = hashlib.sha256(raw.body).hexdigest().encode()
    if not all(hmac.compare_digest(actual, claim.lower().encode()) for claim in claimed):
        raise Forbidden("The body does not match bodySHA256.")
    if kind == "json" and not claimed:
        raise Forbidden("A JSON body needs the query parameter bodySHA256.")
    return raw.form


def _check_account(raw: RawRequest) -> None:
    """Refuse a request that names another account in its query, its form or its JSON object."""
    document = raw.json if isinstance(raw.json, dict) else {}
    for name in _ACCOUNT_FIELDS:
        named = [*raw.query.getlist(name), *raw.form.getlist(name), document.get(name)]
        if any(sid not in (None, "", common().twilio_account_sid) for sid in named):
            raise Forbidden("The AccountSid is not this account's.")


def _signed_urls(url: str) -> list[str]:
    """Return the URLs that Twilio may have signed: the one that it requested, and re-encodings of it.

    Twilio was seen to sign a query with ``@``, ``:`` and ``'`` as they are and to send them percent-encoded
    (https://github.com/twilio/twilio-node/pull/621, https://github.com/twilio/twilio-ruby/issues/528), and to
    sign what it sends (https://github.com/twilio/twilio-node/pull/642). GET webhooks of SIP calls have the
    first two in every query. All of these URLs have the same parameters.
    """
    base, mark, query = url.partition("?")
    plain = _ENCODED.sub(lambda found: unquote(found[0]), query)
    encoded = _PLAIN.sub(lambda found: quote(found[0]), plain)
    return [base + mark + form for form in dict.fromkeys((query, plain, encoded))]


def _auth_tokens() -> Iterator[str]:
    """Yield the tokens that may have signed: current and previous as remembered, then as they are now.

    Reading them again when no remembered one fits lets a rotation work at once; `secret` bounds how often.
    """
    from switchboard.aws.secrets import RETRY_SECONDS, optional_secret, secret

    settings = common()
    tried: set[str] = set()
    for max_age in (None, RETRY_SECONDS):
        for read, parameter in (
            (secret, settings.auth_token_parameter),
            (optional_secret, settings.previous_auth_token_parameter),
        ):
            token = read(parameter, max_age)
            if token and token not in tried:
                tried.add(token)
                yield token


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

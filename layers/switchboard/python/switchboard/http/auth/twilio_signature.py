"""Signatures of Twilio's webhooks (https://www.twilio.com/docs/usage/webhooks/webhooks-security)."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from switchboard.errors import Forbidden
from switchboard.http.event import RawRequest
from switchboard.http.request import Params
from switchboard.settings import common

SIGNATURE_HEADER: Final = "x-twilio-signature"
SETTINGS_HEADER: Final = "x-twilio-webhooks-signature-settings"

_PLAIN = re.compile("[@:']")
_ENCODED = re.compile("%(?:40|3A|27)", re.IGNORECASE)


def is_signed_by_twilio(raw: RawRequest) -> bool:
    """Tell whether the signature was made with one of the account's secrets.

    A header names the shared key and the algorithm of a webhook that is signed with one. Without that header
    the secret is the account's auth token, or the previous one while tokens are rotated.

    Raises
    ------
    Forbidden
        Nothing vouches for the body, or the header is not understood.
    SecretError
        A secret that may have signed cannot be read.
    """
    signature = raw.headers.get(SIGNATURE_HEADER)
    if not signature:
        raise Forbidden("The X-Twilio-Signature header is missing.")
    signed = _signed_params(raw)
    settings = _signature_settings(raw.headers.get(SETTINGS_HEADER, ""))
    key_id, algorithm = settings.get("key"), settings.get("algorithm", "HMAC_SHA1")

    from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

    if algorithm not in {HMAC_SHA1, HMAC_SHA256}:
        raise Forbidden("The webhook is signed by an algorithm that is not known here.")
    urls = _signed_urls(raw.url)
    for secret in _shared_keys(key_id) if key_id else _auth_tokens():
        validator = RequestValidator(secret)
        if any(validator.validate(url, signed, signature, algorithm) for url in urls):
            return True
    return False


def _signature_settings(header: str) -> Mapping[str, str]:
    """Return the fields of the header ``key=<shared key's ID>,algorithm=<name>``; none without the header."""
    pairs = (part.partition("=") for part in header.split(","))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def _signed_params(raw: RawRequest) -> Params:
    """Return the signed form parameters; raise Forbidden if neither they nor a hash cover the body."""
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
    """Yield the auth tokens to check: current and previous from the cache, then as they are now.

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


def _shared_keys(key_id: str) -> Iterator[str]:
    """Yield the shared key of an ID, as remembered and, if it has changed, as it is now.

    The SSM parameter holds ``<ID>=<secret>`` for each key, separated by commas or white space.
    """
    from switchboard.aws.secrets import RETRY_SECONDS, optional_secret

    tried: set[str] = set()
    for max_age in (None, RETRY_SECONDS):
        for entry in re.findall(r"[^\s,]+", optional_secret(common().webhook_keys_parameter, max_age) or ""):
            name, _, secret = entry.partition("=")
            if name == key_id and secret and secret not in tried:
                tried.add(secret)
                yield secret

"""How Twilio calls the application: signed, with a time limit, with retries and redirects as documented."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

from local.http_messages import Headers, HttpResponse, LocalError, to_json
from local.timeouts import scale, scaled

Deliver = Callable[[str, str, Headers, bytes], HttpResponse]
"""Carries one HTTP request (method, public URL, headers, body) to the server of that URL."""

Internal = Callable[[str, str, Mapping[str, str]], HttpResponse]
"""Answers webhooks that go to a host of Twilio's own: method, URL, parameters."""

_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_MOST_REDIRECTS = 10
_SINK_SECONDS: Final = 5.0
_RETRY_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


class WebhookFailed(Exception):
    """A webhook that brought no usable answer.

    Parameters
    ----------
    code
        The error that Twilio's debugger would show, such as 11200.
    message
        What went wrong.
    url
        The URL that was asked.
    kind
        ``4xx``, ``5xx``, ``ct`` (no connection), ``rt`` (no answer in time) or "" (not worth a retry).
    """

    def __init__(self, code: int, message: str, url: str, kind: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.url = url
        self.kind = kind


@dataclass(frozen=True)
class Overrides:
    """Connection overrides from a URL's fragment, ``#rc=2&rp=all``.

    https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides

    Parameters
    ----------
    retries
        How many times to try again (rc), 0 to 5.
    policies
        What is worth trying again (rp).
    seconds
        How long to wait for an answer (rt), at most 15.
    total_seconds
        How long all tries may take together (tt), at most 15.
    """

    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})
    seconds: float = 15.0
    total_seconds: float = 15.0

    def retry(self, failure: WebhookFailed) -> bool:
        """Whether a failure of this kind is retried."""
        return bool(failure.kind) and bool(self.policies & {failure.kind, "all"})


def overrides(url: str) -> Overrides:
    """Read the connection overrides in a URL's fragment.

    Raises
    ------
    WebhookFailed
        An unknown retry policy (11243) or a value that is no number (11100).
    """
    fields = dict(parse_qsl(url.partition("#")[2]))
    settings = Overrides()
    try:
        if "rc" in fields:
            settings = replace(settings, retries=min(max(int(fields["rc"]), 0), 5))
        if "rt" in fields:
            settings = replace(settings, seconds=_read_seconds(fields["rt"]))
        if "tt" in fields:
            settings = replace(settings, total_seconds=_read_seconds(fields["tt"]))
    except ValueError:
        raise WebhookFailed(11100, "A connection override is not a number", url) from None
    if "rp" in fields:
        policies = frozenset(fields["rp"].split(","))
        if not policies <= _RETRY_POLICIES:
            raise WebhookFailed(11243, "The retry policy is not valid", url)
        settings = replace(settings, policies=policies)
    return settings


def _read_seconds(milliseconds: str) -> float:
    return min(max(int(milliseconds), 100), 15000) / 1000


class WebhookClient:
    """Sends webhooks for one account.

    Parameters
    ----------
    account_sid
        The account.
    auth_token
        Returns the token that signs now.
    deliver
        Carries the request to the application.
    """

    def __init__(self, account_sid: str, auth_token: Callable[[], str], deliver: Deliver) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._deliver = deliver
        self.internal: dict[str, Internal] = {}

    def send(self, method: str, url: str, params: Mapping[str, str]) -> HttpResponse:
        """Send a webhook and return the answer, a 2xx.

        Parameters
        ----------
        method
            GET or POST; with GET the parameters travel, and are signed, as part of the URL.
        url
            Absolute; its fragment may hold connection overrides.
        params
            The parameters, one value each.

        Raises
        ------
        WebhookFailed
            No 2xx after every try that the overrides allow; all of them together take 15 s at most.
        """
        settings = overrides(url)
        token = str(uuid.uuid4())
        deadline = time.monotonic() + scaled(settings.total_seconds)
        attempt = 0
        while True:
            seconds = min(settings.seconds, (deadline - time.monotonic()) / scale())
            try:
                return self._follow(method, url, params, token, seconds)
            except WebhookFailed as failure:
                attempt += 1
                is_last = attempt > settings.retries or time.monotonic() >= deadline
                if is_last or not settings.retry(failure):
                    raise

    def send_json(self, url: str, document: Any) -> HttpResponse:
        """Post JSON once, signed by the URL's ``bodySHA256``, and return the answer, a 2xx.

        Raises
        ------
        WebhookFailed
            No 2xx, or no answer within the 5 s that Event Streams waits.
        """
        body = to_json(document)
        url = _with_query(_checked(url), {"bodySHA256": hashlib.sha256(body).hexdigest()})
        headers = (
            ("User-Agent", "TwilioProxy/1.1"),
            ("Content-Type", "application/json"),
            ("X-Twilio-Signature", RequestValidator(self._auth_token()).compute_signature(url, {})),
        )
        answer = self._within(_SINK_SECONDS, "POST", url, headers, body)
        if answer.status >= 300:
            raise WebhookFailed(11200, f"Got HTTP {answer.status} response to {url}", url)
        return answer

    def _follow(
        self, method: str, url: str, params: Mapping[str, str], token: str, seconds: float
    ) -> HttpResponse:
        for _ in range(_MOST_REDIRECTS):
            answer = self._once(method, url, params, token, seconds)
            if 300 <= answer.status < 400 and (location := answer.header("location")):
                # As browsers do: only 307 and 308 keep the method. The parameters go along, because
                # a flow's webhook that is redirected to must learn which call has ended.
                method = method if answer.status in {307, 308} else "GET"
                url = urljoin(url, location)
                continue
            if answer.status >= 300:
                kind = f"{answer.status // 100}xx"
                raise WebhookFailed(11200, f"Got HTTP {answer.status} response to {url}", url, kind)
            return answer
        raise WebhookFailed(11215, "Too many redirects", url)

    def _once(
        self, method: str, url: str, params: Mapping[str, str], token: str, seconds: float
    ) -> HttpResponse:
        url = _checked(url)
        if (own := self.internal.get(urlsplit(url).hostname or "")) is not None:
            return own(method, url, params)
        body = b""
        headers = [
            ("User-Agent", "TwilioProxy/1.1"),
            ("Accept", "*/*"),
            ("I-Twilio-Idempotency-Token", token),
        ]
        if method == "GET":
            url = _with_query(url, params)
            signature = RequestValidator(self._auth_token()).compute_signature(url, {})
        else:
            body = urlencode(list(params.items())).encode()
            headers.append(("Content-Type", _FORM))
            signature = RequestValidator(self._auth_token()).compute_signature(url, dict(params))
        headers.append(("X-Twilio-Signature", signature))
        return self._within(seconds, method, url, tuple(headers), body)

    def _within(self, seconds: float, method: str, url: str, headers: Headers, body: bytes) -> HttpResponse:
        answers: list[HttpResponse] = []
        failures: list[WebhookFailed] = []

        def carry() -> None:
            try:
                answers.append(self._deliver(method, url, headers, body))
            except (OSError, LocalError) as error:
                failures.append(WebhookFailed(11205, f"HTTP connection failure: {error}", url, "ct"))
            except Exception as error:  # noqa: BLE001  # whatever it is, the call must go on to its fallback
                failures.append(WebhookFailed(11200, f"HTTP retrieval failure: {error!r}", url, "ct"))

        carrier = threading.Thread(target=carry, daemon=True, name=f"webhook {url}")
        carrier.start()
        carrier.join(scaled(seconds))
        if answers:
            return answers[0]
        if failures:
            raise failures[0]
        raise WebhookFailed(11200, f"No answer within {seconds:g} s", url, "rt")


def _checked(url: str) -> str:
    """Return a URL without its fragment, which never leaves Twilio."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        raise WebhookFailed(11100, f"Invalid URL format: {url!r}", url)
    return urlunsplit(parts._replace(fragment=""))


def _with_query(url: str, params: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(list(params.items()))) if part)
    return urlunsplit(parts._replace(query=query))

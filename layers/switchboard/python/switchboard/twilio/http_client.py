"""The HTTP client under every call to Twilio's REST API: short timeouts, and retries that can do no harm."""

import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from switchboard.deadline import remaining, try_timeout
from switchboard.errors import TwilioUnreachable
from switchboard.log import logger
from switchboard.twilio.outcome import Refused, refusal

TIMEOUT_SECONDS = 5.0
TRIES = 5
BACKOFF_SECONDS = (0.1, 0.3)
# No try begins later than this after the first: Twilio, waiting for our answer, has nearly given up by then.
BUDGET_SECONDS = 10.0
# A connection unused for longer may have died while the Lambda environment was frozen.
IDLE_SECONDS = 20.0

_RETRIED = frozenset({412, 429, 503})
_BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")

Credentials = Callable[[bool], tuple[str, str]]
Answer = Response | requests.Response | requests.RequestException
A = TypeVar("A", Response, requests.Response)


class RetryingHttpClient(TwilioHttpClient):
    """Twilio's own HTTP client with retries, and with credentials that may change under it.

    A POST that creates something is tried again only when the last try surely did nothing: after 412, 429,
    503 or a connection that was never made. Everything else is also tried again after a broken connection and
    after a timeout. A request that names the version it expects is not tried again after 412.

    Parameters
    ----------
    credentials : Callable[[bool], tuple[str, str]]
        Gives account SID and auth token; with True, those of this moment, because the last ones were refused.
    base_url : str
        Where to send requests instead of to Twilio; the real host becomes the first part of the path.
    """

    def __init__(self, credentials: Credentials, base_url: str = "") -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._used_at = 0.0
        if self._base_url and self.session is not None:
            # A proxy named in a developer's environment must not get in between.
            self.session.trust_env = False

    def request(  # noqa: PLR0917  # the signature is Twilio's
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,  # noqa: ARG002  # the current credentials are used
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send a request, and return a successful answer.

        twilio.rest sends everything by this method, so its own errors never come up.

        Raises
        ------
        Refused
            Twilio answered with another status than success, or with something other than JSON.
        TwilioUnreachable
            No answer, after every try that was allowed.
        """
        response = self.answer(
            method,
            url,
            params=params,
            data=data,
            headers=headers,
            timeout=timeout,
            allow_redirects=allow_redirects,
        )
        if not 200 <= response.status_code < 300:
            raise refusal(response.status_code, response.text)
        if method.upper() != "DELETE" and not _is_json(response.text):
            raise Refused(502, None, "Twilio's answer cannot be read.")
        return response

    def answer(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send a request, and return the answer with any status.

        Raises
        ------
        TwilioUnreachable
            No answer, after every try that was allowed.
        """

        def send(auth: tuple[str, str]) -> Response:
            seconds = try_timeout(timeout or TIMEOUT_SECONDS)
            return TwilioHttpClient.request(
                self, method, self._address(url), params, data, headers, auth, seconds, allow_redirects
            )

        return self._with_retries(method, url, headers or {}, send)

    def stream(self, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        """Return the answer, with any status, to a GET of bytes of which nothing has been read yet.

        Raises
        ------
        TwilioUnreachable
            No answer, after every try that was allowed.
        """
        session = self.session or requests.Session()

        def send(auth: tuple[str, str]) -> requests.Response:
            seconds = try_timeout(TIMEOUT_SECONDS)
            return session.get(self._address(url), headers=headers, auth=auth, timeout=seconds, stream=True)

        return self._with_retries("GET", url, {}, send)

    @contextmanager
    def rehearsal(self, adapter: BaseAdapter) -> Iterator[None]:
        """Let an adapter answer requests instead of Twilio, without credentials, and then undo every change.

        TwilioHttpClient keeps its last request, which holds the auth token.
        """
        before = dict(vars(self))
        self._credentials = lambda fresh: ("", "")  # noqa: ARG005  # the type's parameter
        self.session = requests.Session()
        for scheme in tuple(self.session.adapters):
            self.session.mount(scheme, adapter)
        try:
            yield
        finally:
            vars(self).update(before)

    def _with_retries(
        self, method: str, url: str, headers: dict[str, str], send: Callable[[tuple[str, str]], A]
    ) -> A:
        auth = self._credentials(False)
        renewed = False
        attempt = 1
        started = time.time()
        while True:
            self._drop_idle_connections()
            answer: A | requests.RequestException
            try:
                answer = send(auth)
            except requests.RequestException as error:
                answer = error
            if not isinstance(answer, Exception) and answer.status_code == 401 and not renewed:
                renewed = True
                if (current := self._credentials(True)) != auth:
                    auth = current
                    continue
            is_last = attempt == TRIES or time.time() - started > BUDGET_SECONDS
            pause = _pause(answer, attempt)
            if is_last or remaining(pause + 1) <= pause or not _may_repeat(method, url, headers, answer):
                break
            logger.warning(
                "Twilio is asked again", extra=_description(method, url, answer) | {"attempt": attempt}
            )
            time.sleep(pause)
            attempt += 1
        if not isinstance(answer, Exception):
            return answer
        logger.error(
            "Twilio cannot be reached", extra=_description(method, url, answer) | {"attempt": attempt}
        )
        raise TwilioUnreachable(never_connected=_never_connected(answer)) from answer

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Log nothing: Twilio's client would log parameters, which hold numbers and message bodies."""

    def log_response(self, status_code: int, response: Any) -> None:  # noqa: ARG002  # Twilio's signature
        """Log the status only."""
        logger.debug("Twilio answered", extra={"status": status_code})

    def _address(self, url: str) -> str:
        if not self._base_url:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._base_url}/{parts.netloc}{parts.path}{query}"

    def _drop_idle_connections(self) -> None:
        now = time.time()
        if self.session is not None and not 0 <= now - self._used_at < IDLE_SECONDS:
            self.session.close()
        self._used_at = now


def creates(method: str, url: str) -> bool:
    """Tell whether a request makes something new, so that sending it twice may make two.

    A POST to a resource's own SID updates it; one to ``validate`` asks a question; any other creates.
    """
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2].removesuffix(".json")
    return method.upper() == "POST" and last != "validate" and _SID.fullmatch(last) is None


def _may_repeat(method: str, url: str, headers: dict[str, str], answer: Answer) -> bool:
    if not isinstance(answer, Exception):
        if answer.status_code == 412 and any(name.lower() == "if-match" for name in headers):
            return False
        return answer.status_code in _RETRIED
    if _never_connected(answer):
        return True
    return not creates(method, url) and isinstance(answer, _BROKEN)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _pause(answer: Answer, attempt: int) -> float:
    """Return the seconds before the next try: what Retry-After asks for, else a little that grows."""
    headers = (answer.headers or {}) if not isinstance(answer, Exception) else {}
    try:
        asked = float({str(name).lower(): value for name, value in headers.items()}.get("retry-after", ""))
    except ValueError:
        asked = 0.0
    if 0 < asked <= BUDGET_SECONDS:
        return asked
    return random.uniform(*BACKOFF_SECONDS) * attempt  # noqa: S311  # spreads load, guards nothing


def _description(method: str, url: str, answer: Answer) -> dict[str, object]:
    parts = urlsplit(url)
    what = (
        {"status": answer.status_code}
        if not isinstance(answer, Exception)
        else {"error": type(answer).__name__}
    )
    return {"method": method, "host": parts.netloc, "path": parts.path, **what}


logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

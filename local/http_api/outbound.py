"""Requests to the application's public URL, without a network: they go straight to the gateway."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

import requests

from local.http_messages import HttpRequest, HttpResponse, LocalError, as_headers

_SECONDS = 15.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Outbound:
    """Sends HTTP requests as a client outside the platform would.

    Parameters
    ----------
    base_urls
        The URLs that the application is known by; a request below one of them goes to ``handle``.
    handle
        The gateway.
    """

    def __init__(self, base_urls: Iterable[str], handle: Callable[[HttpRequest], HttpResponse]) -> None:
        self._base_urls = tuple(url.rstrip("/") for url in base_urls)
        self._handle = handle
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy would not find servers of this machine
        self._session.headers.clear()

    def send(
        self, method: str, url: str, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes
    ) -> HttpResponse:
        """Send one request and return the answer, whatever its status; redirects are not followed.

        Raises
        ------
        LocalError
            If the URL is neither the application's nor on this machine: the platform uses no internet.
        OSError
            If a server on this machine does not answer.
        """
        pairs = as_headers(headers)
        place = urlsplit(url)
        for base in self._base_urls:
            if url == base or url.startswith((f"{base}/", f"{base}?")):
                rest = url[len(base) :].partition("#")[0]
                path, _, query = rest.partition("?")
                return self._handle(HttpRequest(method, path or "/", query, pairs, body))
        if place.hostname not in _LOOPBACK:
            raise LocalError(502, f"{place.scheme}://{place.netloc} cannot be reached from one machine")
        answer = self._session.request(
            method, url, data=body or None, headers=dict(pairs), allow_redirects=False, timeout=_SECONDS
        )
        return HttpResponse(answer.status_code, as_headers(answer.headers), answer.content)

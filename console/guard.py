"""Who may use the console: only a browser on this machine that was given the printed address.

Any website can make a browser send requests to 127.0.0.1, and can give its own name that address (DNS
rebinding). So requests need the right ``Host``, those that a page sends its own origin, and all of them a
cookie, which only the printed address gives.
https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Set-Cookie,
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import hmac
import html
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NAMES: Final = ("127.0.0.1", "localhost")
"""The names under which the console answers."""

_SAFE: Final = frozenset({"GET", "HEAD"})
_OTHERS: Final = frozenset({"cross-site", "same-site"})
"""Values of ``Sec-Fetch-Site``. Sites do not tell ports apart: another server here is same-site."""

_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; "  # Vue compiles templates in the browser
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """An ASGI application that lets only the operator's browser through to another.

    Parameters
    ----------
    app
        What is guarded. Its responses also get headers that keep pages from loading anything from elsewhere.
    port
        Where the console listens.
    token
        Part of the address that opens the console; "" makes one.

    Attributes
    ----------
    token : str
        Part of the printed address; it is exchanged for a cookie with another value.
    """

    def __init__(self, app: App, port: int, token: str = "") -> None:
        self.app = app
        self.token = token or secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(24)
        # Cookies do not tell ports apart: two consoles on one machine need two names.
        self.cookie = f"switchboard-console-{port}"
        self._hosts = frozenset(f"{name}:{port}" for name in NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = _Headers(scope)
        status, message = self._refusal(scope, headers)
        given = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        if not status and "token" in given and scope["type"] == "http":
            if _same(given.pop("token"), self.token):
                await self._welcome(scope["path"], given, send)
                return
            status, message = 403, "This address is not valid any more: the console has been started again."
        if not status and not self._knows(headers):
            status, message = 403, "Open the address that the console printed when it started."
        if not status:
            await self._pass_on(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _respond(send, status, _page("Switchboard", message))

    def _refusal(self, scope: Scope, headers: "_Headers") -> tuple[int, str]:
        """Return the status and the reason of a refusal; 0 where there is none."""
        if headers.only("host") not in self._hosts:
            return 421, "The console answers only at 127.0.0.1."
        origins = list(headers.all("origin"))
        needed = scope["type"] == "websocket" or scope["method"] not in _SAFE
        own = f"http://{headers.only('host')}"
        if (needed or origins) and origins != [own]:
            return 403, "The console takes requests from its own pages only."
        if headers.only("sec-fetch-site") in _OTHERS and headers.only("sec-fetch-mode") != "navigate":
            return 403, "The console takes requests from its own pages only."
        return 0, ""

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; what it raises once the browser has gone is nobody's concern."""
        gone = False

        async def receiving() -> MutableMapping[str, Any]:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            return message

        try:
            await self.app(scope, receiving, _with_headers(send))
        except Exception:
            if not gone:
                raise

    def _knows(self, headers: "_Headers") -> bool:
        """Tell whether the cookie is there, beside any others: all servers on this machine share theirs."""
        pairs = (pair.strip().partition("=") for line in headers.all("cookie") for pair in line.split(";"))
        return any(name == self.cookie and _same(value, self._session) for name, _, value in pairs)

    async def _welcome(self, path: str, query: Mapping[str, str], send: Send) -> None:
        """Give the cookie, and lead to the page by a request of this origin.

        After a redirect, a browser that came from elsewhere would not send a cookie of ``SameSite=Strict``.
        """
        cookie = f"{self.cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict"
        target = quote(path if not path.startswith("//") else "/") + (f"?{urlencode(query)}" if query else "")
        page = _page("Switchboard", "Opening the console …", target)
        await _respond(send, 200, page, ((b"set-cookie", cookie.encode()),))


class _Headers:
    def __init__(self, scope: Scope) -> None:
        self._items = [
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        ]

    def all(self, name: str) -> Iterator[str]:
        """Yield the values of a header."""
        return (value for key, value in self._items if key == name)

    def only(self, name: str) -> str:
        """Return the value of a header that came once; else ""."""
        values = list(self.all(name))
        return values[0] if len(values) == 1 else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
        await send(message)

    return sending


async def _respond(
    send: Send, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    own = (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    )
    await send({"type": "http.response.start", "status": status, "headers": [*own, *_HEADERS, *headers]})
    await send({"type": "http.response.body", "body": body})


def _page(title: str, message: str, target: str = "") -> bytes:
    refresh = f'<meta http-equiv="refresh" content="0;url={html.escape(target)}">' if target else ""
    link = f'<p><a href="{html.escape(target)}">Go on</a></p>' if target else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>{refresh}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;"
        "max-width:34rem;padding:0 1rem}</style></head>"
        f"<body><main><h1>{html.escape(title)}</h1><p>{html.escape(message)}</p>{link}</main></body></html>"
    ).encode()

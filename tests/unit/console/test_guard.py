"""The guard: only a browser on this machine that was given the printed address gets through."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from console.guard import Guard

PORT = 4321
OWN = f"http://127.0.0.1:{PORT}"


async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """Answer everything with 200, and accept every websocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the page"})


@pytest.fixture
def guard() -> Guard:
    return Guard(application, PORT)


def ask(guard: Guard, path: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
    """Send one request; `headers` may replace the Host."""

    async def asking() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url=OWN) as client:
            return await client.request(
                method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )

    return asyncio.run(asking())


def cookie(guard: Guard) -> str:
    """Return the cookie that the printed address gives."""
    return ask(guard, f"/?token={guard.token}").headers["set-cookie"].partition(";")[0]


def socket(guard: Guard, **headers: str) -> str:
    """Open a websocket, and return the type of the answer."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    named = {"host": f"127.0.0.1:{PORT}", **headers}
    scope = {
        "type": "websocket",
        "path": "/_nicegui_ws/socket.io/",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    asyncio.run(guard(scope, receive, send))
    return str(sent[-1]["type"])


def test_without_the_printed_address_nothing_is_shown(guard: Guard) -> None:
    answer = ask(guard, "/health")
    assert answer.status_code == 403
    assert "Open the address that the console printed" in answer.text


def test_the_printed_address_gives_a_cookie_which_no_script_and_no_other_site_gets(guard: Guard) -> None:
    answer = ask(guard, f"/health?token={guard.token}&since=1")
    assert answer.status_code == 200
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert 'content="0;url=/health?since=1"' in answer.text
    assert guard.token not in answer.text
    assert guard.token not in answer.headers["set-cookie"]
    assert ask(guard, "/health", cookie=cookie(guard)).text == "the page"


@pytest.mark.parametrize("token", ["", "wrong", "\N{SNOWMAN}"])
def test_a_wrong_token_gives_no_cookie(guard: Guard, token: str) -> None:
    answer = ask(guard, f"/?token={token}", cookie=cookie(guard))
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "value", ["", "switchboard-console-4321=", "switchboard-console-4321=wrong", "a;b=;;=c", "x" * 9000]
)
def test_another_cookie_opens_nothing(guard: Guard, value: str) -> None:
    assert ask(guard, cookie=value).status_code == 403


@pytest.mark.parametrize("other", ['seen={"a": 1}', "path=1", "a,b=1", "x", 'open="q', ""])
def test_cookies_of_other_servers_on_this_machine_keep_nobody_out(guard: Guard, other: str) -> None:
    for value in (f"{other}; {cookie(guard)}", f"{cookie(guard)}; {other}"):
        assert ask(guard, cookie=value).status_code == 200


def test_the_address_leads_to_no_other_site(guard: Guard) -> None:
    page = ask(guard, f"//evil.example/x?token={guard.token}").text
    assert "evil.example" not in page


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_name_that_somebody_gave_this_machine_is_refused(guard: Guard, host: str) -> None:
    assert ask(guard, host=host, cookie=cookie(guard)).status_code == 421
    assert ask(guard, f"/?token={guard.token}", host=host).status_code == 421


def test_localhost_is_this_machine(guard: Guard) -> None:
    assert ask(guard, host=f"localhost:{PORT}", cookie=cookie(guard)).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", f"https://127.0.0.1:{PORT}"]
)
def test_requests_of_other_pages_are_refused(guard: Guard, origin: str) -> None:
    for method in ("GET", "POST"):
        assert ask(guard, method=method, origin=origin, cookie=cookie(guard)).status_code == 403
    assert socket(guard, origin=origin, cookie=cookie(guard)) == "websocket.close"


def test_what_changes_something_says_which_page_it_comes_from(guard: Guard) -> None:
    assert ask(guard, method="POST", cookie=cookie(guard)).status_code == 403
    assert ask(guard, method="POST", origin=OWN, cookie=cookie(guard)).status_code == 200


@pytest.mark.parametrize("site_of_page", ["cross-site", "same-site"])
def test_images_and_scripts_on_other_sites_get_nothing(guard: Guard, site_of_page: str) -> None:
    site = {"sec_fetch_site": site_of_page, "sec_fetch_mode": "no-cors"}
    assert ask(guard, cookie=cookie(guard), **site).status_code == 403


def test_a_websocket_needs_the_cookie_and_its_own_origin(guard: Guard) -> None:
    assert socket(guard, origin=OWN, cookie=cookie(guard)) == "websocket.accept"
    assert socket(guard, origin=OWN) == "websocket.close"
    assert socket(guard, cookie=cookie(guard)) == "websocket.close"
    assert socket(guard, host="evil.example", origin=OWN, cookie=cookie(guard)) == "websocket.close"


def test_pages_load_nothing_from_elsewhere_and_are_framed_by_nobody(guard: Guard) -> None:
    headers = ask(guard, cookie=cookie(guard)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]

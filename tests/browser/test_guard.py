"""Who gets into the console: other pages, other names and websockets from elsewhere are refused."""

import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.browser.watched_page import WatchedPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser


_REACHES = """
async (url) => {
  const said = [];
  try { said.push('fetch ' + (await (await fetch(url, {credentials: 'include'})).text()).length); }
  catch { said.push('fetch refused'); }
  const path = '_nicegui_ws/socket.io/?EIO=4&transport=websocket';
  const socket = new WebSocket(url.replace('http', 'ws') + path);
  said.push('websocket ' + await new Promise((done) => {
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
  }));
  const frame = document.createElement('iframe');
  const loaded = new Promise((done) => { frame.onload = done; });
  frame.src = url;
  document.body.append(frame);
  await loaded;
  let seen = 'hidden';
  try { seen = frame.contentDocument.body.innerText; } catch { /* another origin's */ }
  said.push('frame ' + seen);
  return said;
}
"""


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>Elsewhere</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A website of another origin, on another port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_another_website_reaches_nothing_although_the_browser_has_the_cookie(
    page: WatchedPage, elsewhere: str
) -> None:
    page.open("/health")
    url = "/".join(page.page.url.split("/")[:3]) + "/"
    other = page.page.context.new_page()
    other.goto(elsewhere)
    said = other.evaluate(_REACHES, url)
    assert said[0] == "fetch refused"
    assert said[1:] == ["websocket refused", "frame hidden"]


def test_a_browser_without_the_cookie_is_shown_which_address_to_open(
    browser: "Browser", console_address: str
) -> None:
    context = browser.new_context()
    shown = context.new_page()
    for path in ("/", "/try", "/?token=wrong", "/static/console.css"):
        answer = shown.goto("http://" + urlsplit(console_address).netloc + path)
        assert answer is not None
        assert answer.status == 403
        assert "console" in shown.inner_text("main")
    context.close()


def test_by_another_name_it_does_not_answer(browser: "Browser", console_address: str) -> None:
    """DNS rebinding: a name of somebody else's that leads to this machine."""
    address = urlsplit(console_address)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(
            f"GET /?{address.query} HTTP/1.1\r\nHost: rebound.example:{address.port}\r\n\r\n".encode()
        )
        head = connection.recv(4096).decode()
    assert re.match(r"HTTP/1.1 421 ", head)
    assert "set-cookie" not in head.lower()

"""An HTTP server in place of Twilio that answers what a test tells it to, or fails as told."""

import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from local.timeouts import held

Fault = Literal["hang up", "stay silent", "break off"]
Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Fault


@dataclass
class Received:
    """One request: its path begins with the real host."""

    method: str
    path: str
    authorization: str
    body: str
    if_match: str | None = None
    range: str | None = None

    @property
    def form(self) -> dict[str, str]:
        """The body's fields, for a request that repeats none."""
        return dict(parse_qsl(self.body))

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's fields."""
        return parse_qsl(urlsplit(self.path).query)


@dataclass
class ScriptedTwilio:
    """Answers in the order given; the last answer repeats."""

    answers: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(twilio: ScriptedTwilio) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode()
            authorization = self.headers.get("authorization") or ""
            twilio.received.append(
                Received(
                    self.command,
                    self.path,
                    authorization,
                    body,
                    self.headers.get("if-match"),
                    self.headers.get("range"),
                )
            )
            answer = twilio.next_answer()
            if answer == "hang up":
                # An RST rather than a FIN: the request may or may not have been carried out.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            elif answer == "stay silent":
                self.send_response_only(100, held(60, then_fails=True))
                self.end_headers()
                self.rfile.read(1)  # until the client gives up
                self.close_connection = True
            elif answer == "break off":
                self.send_response(200)
                self.send_header("content-length", "1000")
                self.end_headers()
                self.wfile.write(b'{"sid":')
                self.close_connection = True
            else:
                status, document, headers = answer if len(answer) == 3 else (*answer, {})
                text = document if isinstance(document, str) else json.dumps(document)
                self.send_response(status)
                for name, value in ({"content-type": "application/json"} | headers).items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815  # http.server's names
        do_DELETE = do_POST  # noqa: N815

        def log_message(self, *arguments: Any) -> None:
            pass

    return Handler

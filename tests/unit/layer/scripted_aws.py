"""An AWS service that answers what a test tells it to, and remembers what it was asked."""

import contextlib
import json
import socketserver
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from local.timeouts import held


@dataclass(frozen=True)
class Answer:
    """One answer: a JSON body, bytes, or something that goes wrong."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False
    hangs_up: bool = False
    is_half: bool = False
    closes_afterwards: bool = False
    barrier: threading.Barrier | None = None
    """Answers only once so many requests are there at once."""


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    headers: Mapping[str, str]
    body: bytes
    connection: int
    line: str = ""

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class ScriptedAws:
    """Listens on this machine; `answers` are given in turn, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.asked: list[Asked] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                scripted.asked.append(
                    Asked(headers, body, self.client_address[1], f"{self.command} {self.path}")
                )
                answer = scripted.answers.pop(0) if len(scripted.answers) > 1 else scripted.answers[0]
                if answer.barrier is not None:
                    answer.barrier.wait(60)
                if answer.is_silent:
                    self.send_response_only(100, held(60, then_fails=True))
                    self.end_headers()
                    self.rfile.read(1)  # until the client gives up
                if answer.hangs_up or answer.is_silent:
                    self.close_connection = True
                    return
                if answer.status == 204:
                    self.send_response(204)
                    self.end_headers()
                    return
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(content) + 10 * answer.is_half))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # the client has given up
                    self.wfile.write(content)
                self.close_connection = answer.is_half or answer.closes_afterwards

            do_GET = do_HEAD = do_PUT = do_DELETE = do_POST  # noqa: N815  # the names that the server looks for

            def log_message(self, *args: Any) -> None:
                """Write nothing: the test looks at `asked`."""

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

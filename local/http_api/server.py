"""A small threaded HTTP server that hands requests on undecoded: path, query and body exactly as sent."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.http_messages import HttpRequest, HttpResponse, json_response

_LOG = logging.getLogger(__name__)
_MAX_BODY = 11 * 1024 * 1024  # a little more than API Gateway takes, so that the gateway itself says 413
_MAX_DISCARDED = 64 * 1024 * 1024
_SECONDS_TO_HEAR_OUT = 1.0
_NO_BODY = {204, 304}


class Server:
    """Serves HTTP/1.1 on 127.0.0.1.

    The port is taken on construction; requests wait in the backlog until ``start``.

    Parameters
    ----------
    port
        The port; 0 for any free one.
    handle
        Called with each request, in a thread of its own.

    Raises
    ------
    OSError
        If the port is taken.
    """

    def __init__(self, port: int, handle: Callable[[HttpRequest], HttpResponse]) -> None:
        handler = type("Handler", (_Handler,), {"handle_message": staticmethod(handle)})
        self._server = _ThreadingServer(("127.0.0.1", port), handler)
        self._thread: threading.Thread | None = None
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="http"
        )
        self._thread.daemon = True
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections and let go of the port; answers under way may still be sent."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()


class _ThreadingServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class's signature
        _LOG.debug("connection from %s broke off", client_address, exc_info=True)


class _UnreadableError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    handle_message: Callable[[HttpRequest], HttpResponse]

    def _handle(self) -> None:
        try:
            body = self._read_body()
        except _UnreadableError as refusal:
            self._refuse(refusal.status, refusal.message)
            return
        # self.path has leading slashes folded into one; the request line has not.
        target = self.requestline.split()[1]
        if not target.startswith("/"):  # absolute form, as sent to a proxy
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _, query = target.partition("?")
        request = HttpRequest(
            method=self.command,
            path=path,
            query=query,
            headers=tuple(self.headers.items()),
            body=body,
            source_ip=self.client_address[0],
            protocol=self.request_version,
        )
        try:
            response = type(self).handle_message(request)
        except Exception:  # noqa: BLE001 - one request's fault must not end the server
            _LOG.exception("%s %s failed inside the platform", request.method, request.path)
            response = json_response({"message": "Internal Server Error"}, 500)
        self._reply(response)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the base class's signature
        """Refuse in JSON, as API Gateway does, what the base class has a page of HTML for."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._handle()  # a method that nobody knows finds no route
            return
        self.request_version = self.protocol_version
        self._refuse(code, HTTPStatus(code).phrase)

    def _refuse(self, status: int, message: str) -> None:
        """Answer what could not be read to its end, and let the sender see the answer."""
        self.close_connection = True
        self._reply(json_response({"message": message}, status))
        # The connection would be reset, and the answer lost, if it were closed on something unread.
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_SECONDS_TO_HEAR_OUT)
            self._discard(_MAX_DISCARDED)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _handle  # noqa: N815

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            raise _UnreadableError(400, "Bad Request")
        if int(length) > _MAX_BODY:
            self._discard(int(length))
            raise _UnreadableError(413, "Request Entity Too Large")
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes:
        content = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(100).partition(b";")[0], 16)
            except ValueError:
                raise _UnreadableError(400, "Bad Request") from None
            if size < 0 or len(content) + size > _MAX_BODY:
                raise _UnreadableError(413, "Request Entity Too Large")
            if size == 0:
                break
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline(65536).strip():
            pass  # trailers
        return bytes(content)

    def _discard(self, length: int) -> None:
        """Read on for a while: a client that is still sending would not see the answer."""
        remaining = min(length, _MAX_DISCARDED)
        while remaining > 0 and (piece := self.rfile.read1(min(remaining, 1 << 20))):
            remaining -= len(piece)

    def _reply(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        names = {name.lower() for name, _ in response.headers}
        for name, value in response.headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, _header_value(value))
        if "date" not in names:
            self.send_header("date", self.date_time_string())
        if response.status not in _NO_BODY:
            self.send_header("content-length", str(len(response.body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status not in _NO_BODY:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
        _LOG.debug(format, *args)


def _header_value(value: str) -> str:
    """Keep a value on its line, and let what is not Latin-1 go out as UTF-8."""
    return value.replace("\r", " ").replace("\n", " ").encode().decode("latin-1")

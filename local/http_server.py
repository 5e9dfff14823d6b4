"""Serving HTTP/1.1 on 127.0.0.1: Werkzeug's threaded server, with what a local API needs beyond it."""

import contextlib
import http.client
import io
import logging
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from local.http_messages import Headers, HttpRequest, HttpResponse, NoAnswerError, json_response
from local.timeouts import client, scaled

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger(__name__)
_MOST_DISCARDED = 64 * 1024 * 1024
_BODY_SECONDS = 10.0
_DISCARDING_SECONDS = 1.0
_ENDING_SECONDS = 3.0
_NO_BODY = frozenset({204, 304})


class RequestHandler(WSGIRequestHandler):
    """Serves one connection, request after request.

    Werkzeug's own handler closes the connection after each answer, because an application may leave a part of
    the body unread. This one reads the body first, so that a connection serves as many requests as it likes.
    """

    timeout = 60  # seconds that a connection may be idle
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    most_bytes: int | None = 11 * 1024 * 1024  # a little more than API Gateway takes: it says 413 itself

    def run_wsgi(self) -> None:
        """Answer one request."""
        try:
            environ = self.make_environ()
            body = self._read_body(environ)
        except HTTPException as refusal:
            self._refuse(refusal.code or HTTPStatus.BAD_REQUEST, refusal.name)
            return
        environ["wsgi.input"] = io.BytesIO(body)
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        client.set(self.connection if self.request_version == self.protocol_version else None)
        try:
            response = self._ask(environ)
        except NoAnswerError:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - one request's fault must not end the server
            _LOG.exception("%s %s failed inside the platform", self.command, self.path)
            response = json_response({"message": "Internal Server Error"}, 500)
        self._reply(response)

    def make_environ(self) -> "WSGIEnvironment":
        """Add the request target as it was sent; the base class merges slashes at its beginning."""
        environ = super().make_environ()
        environ["RAW_URI"] = self.requestline.split()[1]
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the base class's signature
        """Refuse in JSON, as API Gateway does, where the base class sends a page of HTML."""
        self.request_version = self.protocol_version
        self._refuse(code, HTTPStatus(code).phrase)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ARG002 - the base class's signature
        """Log at level DEBUG."""
        _LOG.debug(message, *args)

    def _ask(self, environ: "WSGIEnvironment") -> HttpResponse:
        started: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Any:
            started.append((int(status.partition(" ")[0]), tuple(headers)))

        content = self.server.app(environ, start_response)
        body = b"".join(content)
        if hasattr(content, "close"):
            content.close()
        return HttpResponse(*started[-1], body)

    def _read_body(self, environ: "WSGIEnvironment") -> bytes:
        length = environ.get("CONTENT_LENGTH", "0")
        self.connection.settimeout(_BODY_SECONDS)
        try:
            if environ.get("wsgi.input_terminated"):
                most = -1 if self.most_bytes is None else self.most_bytes + 1
                body: bytes = environ["wsgi.input"].read(most)
                self._check_length(len(body))
                return body
            if not (length.isascii() and length.isdecimal()):
                raise BadRequest
            self._check_length(int(length))
            body = self.rfile.read(int(length))
        except TimeoutError:
            raise RequestTimeout from None
        except OSError:
            raise BadRequest from None
        finally:
            self.connection.settimeout(self.timeout)
        if len(body) < int(length):
            raise BadRequest
        return body

    def _check_length(self, length: int) -> None:
        if self.most_bytes is not None and length > self.most_bytes:
            raise RequestEntityTooLarge

    def _refuse(self, status: int, message: str) -> None:
        """Answer a request that could not be read completely, so that the client receives the answer."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self._reply(json_response({"message": message}, status))
            # The connection would be reset, and the answer lost, if it were closed on something unread.
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DISCARDING_SECONDS)
            remaining = _MOST_DISCARDED
            while remaining > 0 and (piece := self.rfile.read1(1 << 20)):
                remaining -= len(piece)

    def _reply(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        if not response.header("date"):
            self.send_header("date", self.date_time_string())
        if response.status not in _NO_BODY:
            length = response.header("content-length") if self.command == "HEAD" else ""
            self.send_header("content-length", length or str(len(response.body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status not in _NO_BODY:
            self.wfile.write(response.body)


class _Connections(ThreadedWSGIServer):
    """Werkzeug's server with a list of its open connections."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(*arguments, **settings)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note a new connection."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def read_no_more(self) -> None:
        """Let each connection end after its current answer, or at once if there is none."""
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    def wait_for_connections(self, seconds: float) -> None:
        """Wait until every connection has ended, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, seconds)


class Server:
    """Serves a WSGI application, each connection in a thread of its own.

    Parameters
    ----------
    listener
        A socket that listens on 127.0.0.1; requests wait in its backlog until ``start``.
    application
        What answers.
    handler
        What reads requests and writes answers.
    """

    def __init__(
        self,
        listener: socket.socket,
        application: "WSGIApplication",
        handler: type[WSGIRequestHandler] = RequestHandler,
    ) -> None:
        host, self.port = listener.getsockname()
        # The server makes a socket of its own from the descriptor.
        self._server = _Connections(host, self.port, application, handler, fd=listener.fileno())
        self._listener = listener
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="http"
        )

    def start(self) -> None:
        """Start answering requests."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting requests and release the port; answers under way may still be sent."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._listener.close()
        self._server.read_no_more()

    def wait(self) -> None:
        """Wait for the answers that were under way at ``stop``, for a short time."""
        self._server.wait_for_connections(scaled(_ENDING_SECONDS))


def serve_messages(handle: Callable[[HttpRequest], HttpResponse]) -> "WSGIApplication":
    """Return a WSGI application that passes path, query and body on exactly as sent."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        response = handle(_to_message(environ))
        headers = [(name, _header_value(value)) for name, value in response.headers]
        start_response(f"{response.status} {http.client.responses.get(response.status, '')}", headers)
        return [response.body]

    return application


def _to_message(environ: "WSGIEnvironment") -> HttpRequest:
    target = environ["RAW_URI"]
    if not target.startswith("/"):  # absolute form, as sent to a proxy
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    named = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
    headers = [
        (named.get(key) or key.removeprefix("HTTP_").replace("_", "-").lower(), value)
        for key, value in environ.items()
        if key in named or key.startswith("HTTP_")
    ]
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=tuple(headers),
        body=environ["wsgi.input"].read(),
        source_ip=environ["REMOTE_ADDR"],
        protocol=environ["SERVER_PROTOCOL"],
    )


def _header_value(value: str) -> str:
    """Return a header value without line breaks, and with characters beyond Latin-1 sent as UTF-8."""
    return value.replace("\r", " ").replace("\n", " ").encode().decode("latin-1")

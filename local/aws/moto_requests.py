"""Requests to moto's services, as moto's own server handles them, without a web framework."""

import importlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from local.http_messages import HttpResponse

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from local.http_server import RequestHandler

Answer = Callable[["WSGIEnvironment"], HttpResponse]


def answering(service: str) -> Answer:
    """Return a function that answers requests to a service, given by its signing name."""
    from moto.core.request import Request
    from werkzeug.exceptions import HTTPException

    class ServerRequest(Request):
        from_wsgi_server = True

    # {"{0}/(?P<bucket_name>[^/]+)$": callable, …}, in the order in which they are tried
    urls: Mapping[str, Callable[..., Any]] = importlib.import_module(f"moto.{service}.urls").url_paths
    paths = [(re.compile(url.removeprefix("{0}")), handler) for url, handler in urls.items()]

    def answer(environ: "WSGIEnvironment") -> HttpResponse:
        request = ServerRequest(environ)
        handler = next((found for path, found in paths if path.fullmatch(request.raw_path)), None)
        if handler is None:
            return HttpResponse(404)
        try:
            status, headers, content = handler(request, request.raw_url, request.headers)
        except HTTPException as refusal:
            status, headers, content = refusal.code or 500, dict(refusal.get_headers()), refusal.get_body()
        body = content.encode() if isinstance(content, str) else bytes(content)
        return HttpResponse(status, tuple((name, str(value)) for name, value in headers.items()), body)

    return answer


def request_handler() -> "type[RequestHandler]":
    """Return a request handler for moto, which accepts any size and underscores in the names of metadata."""
    from moto.core import request as names

    from local.http_server import RequestHandler

    class Handler(RequestHandler):
        most_bytes = None

        def make_environ(self) -> "WSGIEnvironment":
            """Add the headers that the base class leaves out, and how their names were written."""
            environ = super().make_environ()
            written = {
                key: name
                for name in self.headers
                if names.should_preserve_original_header_name(name)
                and (key := names.environ_key_for_header(name)) not in environ
            }
            environ |= {key: self.headers[name] for key, name in written.items()}
            environ[names.PRESERVED_HEADER_NAMES_ENVIRON_KEY] = written
            return environ

    return Handler

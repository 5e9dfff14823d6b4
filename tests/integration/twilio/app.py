"""An application for the stand-in's webhooks, with scripted answers and a list of its requests."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from local.clock import Clock
from local.control_api import ControlApi
from local.http_messages import Headers, HttpRequest, HttpResponse, LocalError
from local.template.parameters import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL, SURVEY_NUMBER
from local.twilio import phone_api
from local.twilio.rest import server
from local.twilio.stand_in import TwilioStandIn

NUMBER = SURVEY_NUMBER
PERSON = "+12025550142"
XML = (("Content-Type", "text/xml"),)

Page = str | HttpResponse | Exception | Callable[["Request"], "Page"]


@dataclass(frozen=True)
class Request:
    """A webhook as it arrived."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    signed: bool

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass
class App:
    """Answers webhooks by path: with TwiML, a whole response, an exception, or a function of the request."""

    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, method: str, url: str, headers: Headers, body: bytes) -> HttpResponse:
        named = {name.lower(): value for name, value in headers}
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        validator = RequestValidator(AUTH_TOKEN)
        signed = validator.validate(url, form, named["x-twilio-signature"])
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        request = Request(method, url, named, {**query, **form}, signed)
        with self.lock:
            self.requests.append(request)
        page: Any = self.pages.get(request.path, HttpResponse(404))
        while callable(page):
            page = page(request)
        if isinstance(page, Exception):
            raise page
        return page if isinstance(page, HttpResponse) else HttpResponse(200, XML, page.encode())

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


class World:
    """A stand-in, the application behind it, and a developer's view of both."""

    def __init__(self) -> None:
        self.app = App()
        self.clock = Clock()
        self.stand_in = TwilioStandIn(ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL, self.app.deliver, self.clock)
        self._control = ControlApi([*server.routes(self.stand_in), *phone_api.routes(self.stand_in)])

    def serve(self, **pages: Page) -> None:
        """Answer ``/name`` with a page; ``voice`` and ``sms`` are where the sample number's webhooks go."""
        names = {"voice": "/voice/survey", "sms": "/sms/webhook", "status": "/voice/survey/status"}
        self.app.pages.update({names.get(name, f"/{name}"): page for name, page in pages.items()})

    def twiml(self, path: str, verbs: str) -> None:
        self.app.pages[path] = f"<Response>{verbs}</Response>"

    def http(self, method: str, path: str, body: Any = None, query: str = "") -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.send(method, path, content, query)
        return answer.status, answer.json() if answer.body else None

    def send(
        self, method: str, path: str, body: bytes, query: str = "", headers: Headers = ()
    ) -> HttpResponse:
        """Send a request below ``/_local``."""
        return self._control.handle(HttpRequest(method, path, query, headers, body))

    def phone(self, method: str, path: str, body: Any = None, query: str = "") -> Any:
        status, answer = self.http(method, f"/_local/phone{path}", body, query)
        if status >= 400:
            raise LocalError(status, answer["message"])
        return answer

    def call(self, number: str = NUMBER, sender: str = PERSON, **fields: Any) -> dict[str, Any]:
        """Call a number and return the call once it listens or has ended."""
        answer: dict[str, Any] = self.phone("POST", "/calls", {"from": sender, "to": number, **fields})
        return answer

    def do(self, call: dict[str, Any], action: str, **fields: Any) -> dict[str, Any]:
        """Act in a call and return its new transcript entries."""
        answer: dict[str, Any] = self.phone("POST", f"/calls/{call['sid']}/{action}", fields)
        return answer

    def look(self, call: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.phone("GET", f"/calls/{call['sid']}", query="settled=true")
        return answer

    def text(self, body: str, to: str = NUMBER, sender: str = PERSON) -> list[str]:
        """Text a number and return what it answers."""
        answer = self.phone("POST", "/texts", {"from": sender, "to": to, "body": body})
        return [reply["body"] for reply in answer["replies"]]

    def api(
        self,
        method: str,
        path: str,
        form: Mapping[str, Any] | None = None,
        *,
        host: str = "api.twilio.com",
        body: Any = None,
        query: str = "",
        credentials: tuple[str, str] = (ACCOUNT_SID, AUTH_TOKEN),
    ) -> tuple[int, Any]:
        """Call the REST API; a path without a leading slash is the account's."""
        if not path.startswith("/"):
            path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/{path}"
        kind = "application/json" if body is not None else "application/x-www-form-urlencoded"
        basic = "Basic " + base64.b64encode(":".join(credentials).encode()).decode()
        headers = (("Authorization", basic), ("Content-Type", kind))
        content = (
            json.dumps(body).encode() if body is not None else urlencode(form or {}, doseq=True).encode()
        )
        answer = self.send(method, f"/_local/twilio/api/{host}{path}", content, query, headers)
        is_json = answer.header("content-type") == "application/json"
        return answer.status, (answer.json() if answer.body else None) if is_json else answer.body


def heard(call: dict[str, Any]) -> list[str]:
    """Return the texts that were said in a (part of a) call."""
    return [entry["text"] for entry in call["transcript"] if entry["kind"] == "say"]


def kinds(call: dict[str, Any]) -> list[str]:
    """Return the kinds of a transcript's entries."""
    return [entry["kind"] for entry in call["transcript"]]

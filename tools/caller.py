"""Speaks to a running platform as its callers do: Twilio signs, systems have a key, Flex users a token."""

import contextlib
import hashlib
import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from local.http_messages import HttpResponse, as_headers
from local.platform import Platform

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
Form = Mapping[str, str | list[str]]


class Caller:
    """Sends requests to a platform's HTTP API.

    Parameters
    ----------
    platform
        A platform that is running.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._validator = RequestValidator(platform.auth_token)

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """Send a request as it is; ``path`` may have a query string."""
        sent = dict(headers or {})
        if body and "content-type" not in map(str.lower, sent):
            sent["Content-Type"] = FORM
        # Unlike the higher clients, this one sends the path exactly as it was signed.
        connection = http.client.HTTPConnection(urlsplit(self._platform.base_url).netloc, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return HttpResponse(answer.status, as_headers(answer.getheaders()), answer.read())

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """GET a path."""
        return self.send("GET", path, headers=headers)

    def sign(self, path: str, form: Form | None = None) -> str:
        """Return the signature that Twilio would send with a form (or, without one, with the URL alone)."""
        signature: str = self._validator.compute_signature(self._platform.public_base_url + path, form or {})
        return signature

    def signed_post(self, path: str, form: Form, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """POST a form as Twilio does."""
        body = urlencode(form, doseq=True).encode()
        signature = {"X-Twilio-Signature": self.sign(path, form), "Content-Type": FORM}
        return self.send("POST", path, body, {**signature, **(headers or {})})

    def signed_get(self, path: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """GET a path, its parameters in the query, as Twilio does."""
        return self.send("GET", path, headers={"X-Twilio-Signature": self.sign(path), **(headers or {})})

    def signed_json(self, path: str, content: Any, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """POST JSON as Twilio does: the query names the body's hash, and the URL is signed."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        path = f"{path}{'&' if '?' in path else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
        signature = {"X-Twilio-Signature": self.sign(path), "Content-Type": "application/json"}
        return self.send("POST", path, body, {**signature, **(headers or {})})

    def key_post(
        self,
        path: str,
        content: Form | None = None,
        *,
        as_json: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """POST a form, or JSON, with the API key."""
        body = json.dumps(content).encode() if as_json else urlencode(content or {}, doseq=True).encode()
        kind = "application/json" if as_json else FORM
        return self.send("POST", path, body, {**self._key(), "Content-Type": kind, **(headers or {})})

    def key_get(self, path: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """GET a path with the API key."""
        return self.send("GET", path, headers={**self._key(), **(headers or {})})

    def flex_post(self, path: str, content: Mapping[str, Any], role: str = "agent") -> HttpResponse:
        """POST JSON with a Flex user's token in the header X-Flex-Token."""
        headers = {"X-Flex-Token": self._platform.flex_tokens[role], "Content-Type": "application/json"}
        return self.send("POST", path, json.dumps(content).encode(), headers)

    def local(self, method: str, path: str, content: Any = None) -> Any:
        """Call an endpoint below ``/_local`` and return its JSON, or None where it answers nothing.

        Raises
        ------
        LookupError
            If it answers with an error.
        """
        body = b"" if content is None else json.dumps(content).encode()
        answer = self.send(method, f"/_local{path}", body, {"Content-Type": "application/json"})
        if answer.status >= 400:
            raise LookupError(f"{method} /_local{path}: {answer.status} {answer.text}")
        return answer.json() if answer.body else None

    def invocations(self, function: str | None = None) -> list[dict[str, Any]]:
        """Return the recorded invocations, oldest first, of one function where it is named."""
        query = f"?function={function}" if function else ""
        found: list[dict[str, Any]] = self.local("GET", f"/invocations{query}")
        return found

    def twilio_requests(self, match: str = "") -> list[dict[str, Any]]:
        """Return the REST calls that the stand-in for Twilio received, those whose URL contains ``match``."""
        found: list[dict[str, Any]] = self.local("GET", "/twilio/requests")
        return [item for item in found if match in item["url"]]

    def _key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._platform.api_key}"}

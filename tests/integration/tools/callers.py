"""Callers that docs/openapi.yaml names: each adds its proof to a request of the library ``requests``."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from requests import PreparedRequest
from requests.auth import AuthBase
from twilio.request_validator import RequestValidator

from local.platform import Platform
from switchboard.http.request import Params
from tools.openapi.operation import FORM
from tools.openapi.security import FLEX, KEY, TWILIO


class Caller(NamedTuple):
    """Somebody, by a security scheme of the document, and the role of a Flex user."""

    scheme: str
    role: str = ""


class Twilio(AuthBase):
    """Signs a form with the URL; of another body the URL has the SHA-256."""

    def __init__(self, platform: Platform) -> None:
        self._base_url = platform.public_base_url
        self._validator = RequestValidator(platform.auth_token)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        form = Params()
        if request.headers.get("Content-Type", "").partition(";")[0] == FORM:
            form = Params(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        elif body:
            request.prepare_url(request.url, {"bodySHA256": hashlib.sha256(body).hexdigest()})
        url = self._base_url + request.path_url
        request.headers["X-Twilio-Signature"] = self._validator.compute_signature(url, form)
        return request


class Holder(AuthBase):
    """Holds a key or a token that a header carries."""

    def __init__(self, name: str, value: str) -> None:
        self._header = {name: value}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._header)
        return request


def callers(platform: Platform) -> Mapping[Caller, AuthBase]:
    """Return everybody who may call something."""
    key = Holder("Authorization", f"Bearer {platform.api_key}")
    users = {
        Caller(FLEX, role): Holder("X-Flex-Token", token) for role, token in platform.flex_tokens.items()
    }
    return {Caller(TWILIO): Twilio(platform), Caller(KEY): key, **users}


def may_call(caller: Caller, operation: Mapping[str, Any]) -> bool:
    """Tell whether an operation of the document says that somebody may call."""
    needs = [requirement for requirement in operation["security"] if caller.scheme in requirement]
    return any(not roles or caller.role in roles for need in needs for roles in need.values())

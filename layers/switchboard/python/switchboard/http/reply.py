"""Replies of handlers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from switchboard.errors import SwitchboardError
from switchboard.text import xml_text

if TYPE_CHECKING:
    from twilio.twiml import TwiML

_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@dataclass(frozen=True)
class Reply:
    """An HTTP response.

    Attributes
    ----------
    status : int
        The HTTP status.
    body : str or bytes
        Bytes are sent as they are; API Gateway gets them base64-encoded.
    headers : Mapping[str, str]
        Lower-case names.
    """

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def payload(self, extra_headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the response in API Gateway's payload format 2.0."""
        is_binary = isinstance(self.body, bytes)
        return {
            "statusCode": self.status,
            "headers": {**self.headers, **(extra_headers or {})},
            "body": base64.b64encode(self.body).decode("ascii")
            if isinstance(self.body, bytes)
            else self.body,
            "isBase64Encoded": is_binary,
        }


def json_reply(body: object, status: int = 200) -> Reply:
    """Answer with JSON that no cache may keep: most of it is about people."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Reply(status, text, {"content-type": "application/json", "cache-control": "no-store"})


def error_reply(error: SwitchboardError, **fields: object) -> Reply:
    """Answer with an error's status, its message, what is wrong field by field, and further fields."""
    body: dict[str, object] = {**fields, "message": error.message}
    if error.errors:
        body["errors"] = error.errors
    reply = json_reply(body, error.status)
    if error.retry_after is None:
        return reply
    return replace(reply, headers={**reply.headers, "retry-after": str(error.retry_after)})


def twiml(document: "str | TwiML") -> Reply:
    """Answer with TwiML: a string, a VoiceResponse or a MessagingResponse.

    Control characters are dropped: one of them, say in a name that was read back, would make Twilio reject
    the document. So is a byte order mark before a document that an operator saved.
    """
    return Reply(
        200, xml_text(str(document).removeprefix("\ufeff")), {"content-type": "text/xml; charset=utf-8"}
    )


def empty_twiml() -> Reply:
    """Answer with TwiML that says and does nothing."""
    return twiml(_EMPTY_TWIML)


def redirect(url: str) -> Reply:
    """Answer 302 with a location."""
    if "\r" in url or "\n" in url:
        raise ValueError("a redirect's URL has no line breaks")
    return Reply(302, "", {"location": url})


def no_content() -> Reply:
    """Answer 204."""
    return Reply(204)


def binary(body: bytes, content_type: str) -> Reply:
    """Answer with bytes, such as a recording."""
    return Reply(200, body, {"content-type": content_type, "cache-control": "no-store"})

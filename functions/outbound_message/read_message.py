"""The message that a form or a JSON object asks for."""

import json
from collections.abc import Mapping
from typing import Any, Final

from outbound_message.domain.message import WHATSAPP, OutboundMessage, same_channel
from switchboard.errors import BadRequest, FieldError
from switchboard.request import Request
from switchboard.validation import is_e164, is_sid

_LONGEST_BODY: Final = 1600
_LONGEST_NAME: Final = 256
_LONGEST_SID: Final = 64
_LONGEST_VARIABLES: Final = 4096


def read_message(request: Request, *, with_task: bool) -> OutboundMessage:
    """Return the message that a request asks for.

    Raises
    ------
    BadRequest
        Naming every field that is wrong.
    """
    fields = _Fields(_given(request))
    from_number, to_number = same_channel(fields.number("fromNumber"), fields.number("toNumber"))
    name = fields.text("toName", _LONGEST_NAME, is_needed=True) or ""
    content_sid = fields.sid("contentSid", "HX")
    content_variables = fields.json_object("contentVariables")
    if with_task:
        body = fields.text("initialNotificationMessage", _LONGEST_BODY)
    else:
        body = fields.text("messageBody", _LONGEST_BODY, is_needed=not fields.has("contentSid"))
    message = OutboundMessage(
        from_number,
        to_number,
        name.strip(),
        body=body,
        content_sid=content_sid,
        content_variables=content_variables,
        with_task=with_task,
        source_chat_channel_sid=fields.sid("sourceChatChannelSid", "CH") if with_task else None,
        target_worker_sid=fields.sid("targetWorkerSid", "WK") if with_task else None,
    )
    if from_number and from_number == to_number:
        fields.refuse("toNumber", "must not be fromNumber")
    if content_variables is not None and not fields.has("contentSid"):
        fields.refuse("contentVariables", "needs contentSid")
    fields.check()
    return message


def _given(request: Request) -> Mapping[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(request.json, dict):
        return {**request.query, **request.json}
    # The JSON document null is no body to the layer; a form is not JSON.
    if request.json is not None or media_type.endswith("json"):
        raise BadRequest("The body must be a JSON object.")
    return request.params


class _Fields:
    """Reads fields, and collects what is wrong with them."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._errors: list[FieldError] = []

    def refuse(self, field: str, problem: str) -> None:
        """Note what is wrong with a field."""
        self._errors.append(FieldError(field=field, message=problem))

    def check(self) -> None:
        """Raise BadRequest if anything was wrong."""
        if self._errors:
            raise BadRequest.about(*self._errors)

    def has(self, field: str) -> bool:
        """Whether a field has a value; a blank one has none."""
        value = self._given.get(field)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def text(self, field: str, longest: int, *, is_needed: bool = False) -> str | None:
        """Return a field that is text, None where it is blank or wrong."""
        value = self._given.get(field)
        if not self.has(field):
            if is_needed:
                self.refuse(field, "is missing")
        elif not isinstance(value, str):
            self.refuse(field, "must be text")
        elif len(value) > longest:
            self.refuse(field, f"must not be longer than {longest} characters")
        else:
            return value
        return None

    def number(self, field: str) -> str:
        """Return a phone number, with ``whatsapp:`` before it or without; "" where it is wrong."""
        value = (self.text(field, _LONGEST_SID, is_needed=True) or "").strip()
        if value and not is_e164(value.removeprefix(WHATSAPP)):
            self.refuse(
                field, "must be a phone number in E.164 form: + and 7 to 15 digits, or whatsapp: before it"
            )
            return ""
        return value

    def sid(self, field: str, prefix: str) -> str | None:
        """Return a SID, None where it is blank or wrong."""
        value = self.text(field, _LONGEST_SID)
        if value is not None and not is_sid(value.strip(), prefix):
            self.refuse(field, f"must be a SID: {prefix} and 32 hexadecimal digits")
            return None
        return value.strip() if value is not None else None

    def json_object(self, field: str) -> str | None:
        """Return a JSON object, given as one or as its text, as text; None where it is blank or wrong."""
        value = self._given.get(field)
        if not self.has(field):
            return None
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            self.refuse(field, "must be a JSON object")
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text) > _LONGEST_VARIABLES:
            self.refuse(field, f"must not be longer than {_LONGEST_VARIABLES} characters")
            return None
        return text

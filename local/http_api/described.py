"""What the platform's activity shows of a request: its sender, its parameters, the SID that it is about."""

from typing import Any, Final
from urllib.parse import parse_qsl

from local.http_messages import HttpRequest

_MOST: Final = 60
_LONGEST: Final = 1600
_SIDS: Final = ("MessageSid", "CallSid", "callSid", "ConversationSid")


def describe(request: HttpRequest) -> dict[str, Any]:
    """Return ``by``, ``params`` and ``sid`` of a request; parameters are those of its query and its form."""
    text = request.query
    if request.header("content-type").startswith("application/x-www-form-urlencoded"):
        text = "&".join(filter(None, (text, request.body.decode(errors="replace"))))
    pairs = parse_qsl(text[: _MOST * _LONGEST], keep_blank_values=True)[:_MOST]
    params = {name: value[:_LONGEST] for name, value in pairs}
    by = "Twilio" if request.header("x-twilio-signature") else ""
    return {"by": by, "params": params, "sid": next((params[name] for name in _SIDS if name in params), "")}

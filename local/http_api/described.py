"""What the platform's activity shows of a request: its sender, its parameters, the SID that it is about."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from local.http_messages import HttpRequest

_READ: Final = 60_000
"""Characters of a query and a form that are read: a message of 1,600 emoji has 20,000."""

_MOST: Final = 60
_LONGEST: Final = 1600
_SHOWN: Final = 10_000
"""Parameters, characters of one, and characters of all that are kept."""

_SIDS: Final = ("MessageSid", "CallSid", "callSid", "ConversationSid")


def describe(request: HttpRequest) -> dict[str, Any]:
    """Return ``by``, ``params`` and ``sid`` of a request; parameters are those of its query and its form."""
    text = request.query
    if request.header("content-type").startswith("application/x-www-form-urlencoded"):
        text = "&".join(filter(None, (text, request.body[:_READ].decode(errors="replace"))))
    found = dict(parse_qsl(text[:_READ], keep_blank_values=True)[:_MOST])
    by = "Twilio" if request.header("x-twilio-signature") else ""
    sid = next((found[name][:_LONGEST] for name in _SIDS if name in found), "")
    return {"by": by, "params": _shortened(found), "sid": sid}


def _shortened(params: Mapping[str, str]) -> dict[str, str]:
    shown: dict[str, str] = {}
    room = _SHOWN
    for name, value in params.items():
        shown[name[:100]] = value[: min(_LONGEST, room)]
        room = max(0, room - len(name) - len(value))
    return shown

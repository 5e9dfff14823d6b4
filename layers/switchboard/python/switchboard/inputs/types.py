"""Annotated types of what comes from outside, ready for use: ``call_sid: CallSid``.

A type that needs a range or a length is made where it is used, of `switchboard.inputs.forms`.
"""

from datetime import datetime
from typing import Annotated, Final

from switchboard.inputs.forms import CursorForm, FlagForm, Pattern, PhoneNumber, Sid
from switchboard.inputs.moments import MomentForm, MomentMsForm, PeriodEndForm, TimestampForm

PHONE_NUMBER: Final = PhoneNumber(
    r"\+[0-9]{7,15}",
    "must be a phone number in E.164 form: + and 7 to 15 digits",
    "A phone number in E.164 form.",
)
"""For what is a phone number only sometimes: ``PHONE_NUMBER.matches(text)``, `PHONE_NUMBER.read`."""

E164 = Annotated[str, PHONE_NUMBER]
"""A phone number; the plus sign may have come as a space."""

Channel = Annotated[
    str,
    PhoneNumber(
        r"(?:whatsapp:)?\+[0-9]{7,15}",
        "must be a phone number in E.164 form: + and 7 to 15 digits, or whatsapp: before it",
        "A phone number in E.164 form, with or without `whatsapp:` before it.",
    ),
]
"""Where a message goes: a phone number, or ``whatsapp:`` and a phone number."""

AnySid = Annotated[str, Sid()]
AccountSid = Annotated[str, Sid("AC")]
CallSid = Annotated[str, Sid("CA")]
ContentSid = Annotated[str, Sid("HX")]
ConversationSid = Annotated[str, Sid("CH")]
ExecutionSid = Annotated[str, Sid("FN")]
FlowSid = Annotated[str, Sid("FW")]
MessageSid = Annotated[str, Sid("SM", "MM")]
RecordingSid = Annotated[str, Sid("RE")]
TaskSid = Annotated[str, Sid("WT")]
TranscriptionSid = Annotated[str, Sid("TR")]
WorkerSid = Annotated[str, Sid("WK")]
WorkflowSid = Annotated[str, Sid("WW")]

Flag = Annotated[bool, FlagForm()]
"""true, false, 1, 0 in any case, as text or in JSON."""

Moment = Annotated[datetime, MomentForm()]
"""A date and time in ISO 8601 as an aware datetime."""

MomentMs = Annotated[int, MomentMsForm()]
"""A date and time in ISO 8601 as milliseconds since the epoch."""

PeriodEnd = Annotated[int, PeriodEndForm()]
"""The end of a period as milliseconds since the epoch; a date in ISO 8601 counts whole."""

TimestampMs = Annotated[int, TimestampForm()]
"""The time of an event, as milliseconds since the epoch: ISO 8601, or a number of seconds or milliseconds."""

Cursor = Annotated[tuple[str, ...], CursorForm()]
"""The fields that the cursor of the page before was made of. Callers can change them: check them."""

LanguageTag = Annotated[
    str,
    Pattern(
        r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}",
        "must be a language code, such as en-US",
        "A BCP 47 language code, such as en-US.",
    ),
]

Identifier = Annotated[
    str,
    Pattern(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}",
        "must be letters, digits, _ and -, at most 64",
        "Letters, digits, _ and -, at most 64.",
    ),
]
"""A name that stands in keys and paths: a survey's id, a task channel's unique name."""

HttpUrl = Annotated[
    str,
    Pattern(
        r"https?://[^\s]{1,2000}",
        "must be a URL that begins with http:// or https://",
        "An http or https URL.",
    ),
]

"""A request for a callback, or for a callback with a voicemail."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from callback.domain import number_policy
from callback.domain.task_attributes import Attributes, completed
from switchboard.inputs.forms import Form, OrNone, Pattern, Sid, Text, WholeNumber
from switchboard.inputs.model import JAVASCRIPT_ABSENT, RequestModel
from switchboard.inputs.moments import MomentForm
from switchboard.inputs.types import (
    PHONE_NUMBER,
    Flag,
    HttpUrl,
    RecordingSid,
    TranscriptionSid,
    WorkflowSid,
)
from switchboard.log import count
from switchboard.timestamps import format_iso, parse_iso_ms

LONGEST_TRANSCRIPTION: Final = 4000
"""Characters. A task's attributes are small, and an agent can listen to the recording."""

WITHHELD: Final = "anonymous"
"""Twilio's word for a caller whose number is withheld."""

_LONGEST_TEXT: Final = 2000
_TEXTS: Final = frozenset({"message", "flexFlowSid"})

_LONGEST_ADDRESS: Final = 500
"""Characters of a SIP address; they are part of a key in DynamoDB."""

_LONGEST_TIMEOUT: Final = 1_209_600
"""Two weeks, the longest that TaskRouter keeps a task (https://www.twilio.com/docs/taskrouter/api/task)."""


_TASK_CHANNEL: Final = Pattern(
    "[A-Za-z0-9_-]{1,64}",
    "must be a task channel's unique name or SID",
    "A task channel's unique name or SID.",
)


class _TimeOfRequest(Form):
    """ISO 8601 as it is sent; RFC 2822, JavaScript's text of a date and milliseconds as ISO 8601."""

    def read(self, value: Any) -> str:
        text = str(value).strip()
        if re.fullmatch("[0-9]{11,14}", text):
            return format_iso(int(text))
        try:
            MomentForm().read(text)
        except ValueError:
            # JavaScript: Sat Nov 21 2026 10:30:00 GMT+0100 (Central European Standard Time)
            offset = re.sub("GMT[ +](?=[0-9]{4})", "+", text[:128]).replace("GMT-", "-")
            return format_iso(parse_iso_ms(parsedate_to_datetime(offset)))
        return text.replace(" ", "+") if "T" in text else text

    def json_schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"], "description": "When the person asked; else the time of now."}


def is_recorded(status: Any) -> bool:
    """Tell whether a recording of a status can be listened to.

    ``absent``: nothing was recorded, or it is silent
    (https://www.twilio.com/docs/voice/twiml/record#attributes-recording-status-callback).
    """
    return str(status or "").strip().lower() not in {"absent", "failed"}


_RECORDING_SID: Final = Sid("RE")
_SID_IN_URL: Final = re.compile(r"/(RE[0-9a-fA-F]{32})(?:\.\w+)?(?:\?.*)?\s*$")
"""https://www.twilio.com/docs/voice/api/recording#fetch-a-recording-resource"""
_OF_A_RECORDING: Final = frozenset({"recordingsid", "recordingurl"})


_OLDER_NAMES: Final = {"transcriptionsid": "transcriptsid"}


def _shorten(text: str, longest: int = LONGEST_TRANSCRIPTION) -> str:
    # A transcription that is refused for its length would be lost: its callback's answer is not read.
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _shorten_text(text: str) -> str:
    return _shorten(text, _LONGEST_TEXT)


def _has_recording(values: Mapping[str, Any]) -> bool:
    return _RECORDING_SID.matches(_recording_sid(values))


def _recording_sid(values: Mapping[str, Any]) -> str:
    """Return the recording's SID as it is given, else the one that its URL ends with."""
    given = str(values.get("RecordingSid") or values.get("recordingSid") or "").strip()
    if given:
        return given
    url = str(values.get("RecordingUrl") or values.get("recordingUrl") or "")
    found = _SID_IN_URL.search(url)
    return found[1] if found else ""


_Number = Annotated[str, WithJsonSchema(PHONE_NUMBER.json_schema())]


def _either(name: str, older: str) -> Any:
    return Field(None, validation_alias=AliasChoices(name, older))


class CallbackRequest(RequestModel):
    """A request for a callback, or for a callback with a voicemail.

    Studio, Flex plugins and Twilio's callbacks of recordings and transcriptions send it; older plugins have
    names of their own for the voicemail. With a recording, any number is taken as it came, and other fields
    that are wrong are left out: a voicemail is never refused, because the answer to its callback is not read.

    Attributes
    ----------
    recording_sid, recording_url, transcription_sid, transcription_text : str or None
        The voicemail, as Twilio's callbacks describe it.
    number_to_call : str
        The person's number; with a recording, anything.
    number_to_call_from : str
        The number of the account that the person called.
    recording_status : str
        ``absent`` or ``failed``: the recording counts for nothing.
    flex_flow_sid : str or None
        The flow, as an attribute of the task: any text.
    workflow_sid : str or None
        Without it, the setting CallbackWorkflowSid.
    timeout : int
        How long TaskRouter keeps the task, in seconds.
    attempts : int
        How often the person was called back without success.
    conversation_id, message : str or None
        Attributes of the task.
    utc_date_time_received : str or None
        When the person asked: ISO 8601, RFC 2822, JavaScript's text of a date or milliseconds; else now.
    """

    absent: ClassVar[frozenset[str]] = JAVASCRIPT_ABSENT

    recording_sid: RecordingSid | None = _either("RecordingSid", "recordingSid")
    recording_url: HttpUrl | None = _either("RecordingUrl", "recordingUrl")
    transcription_sid: TranscriptionSid | None = _either("TranscriptionSid", "transcriptSid")
    transcription_text: Annotated[str, AfterValidator(_shorten)] | None = _either(
        "TranscriptionText", "transcriptText"
    )
    recording_status: str = Field("", alias="RecordingStatus")
    number_to_call: _Number
    number_to_call_from: _Number
    flex_flow_sid: Annotated[str, AfterValidator(_shorten_text)] | None = None
    workflow_sid: WorkflowSid | None = None
    timeout: Annotated[int, WholeNumber(1, _LONGEST_TIMEOUT)] = 86400
    priority: Annotated[int, WholeNumber(0, 2**31 - 1)] = 0
    attempts: Annotated[int, WholeNumber(0, 1000)] = 0
    conversation_id: Annotated[str, Text(256)] | None = Field(None, alias="conversation_id")
    message: Annotated[str, Text(_LONGEST_TEXT)] | None = None
    utc_date_time_received: Annotated[str | None, _TimeOfRequest(), OrNone()] = None
    is_deleted: Flag = False
    task_channel: Annotated[str, _TASK_CHANNEL] = "voice"

    @model_validator(mode="wrap")
    @classmethod
    def _keep_a_voicemail(cls, values: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Take a voicemail without the fields that are wrong: the answer to its callback is not read."""
        try:
            return read(values)
        except ValidationError as error:
            wrong = {str(one["loc"][0]).lower() for one in error.errors() if one["loc"]}
            wrong |= {_OLDER_NAMES[name] for name in wrong & _OLDER_NAMES.keys()}
            if not isinstance(values, Mapping) or "recordingsid" in wrong or not _has_recording(values):
                raise
        count("VoicemailFieldDropped", len(wrong))
        kept = {name: _shorten(str(value), _LONGEST_TEXT) for name, value in values.items() if name in _TEXTS}
        return read({name: value for name, value in values.items() if name.lower() not in wrong} | kept)

    @model_validator(mode="before")
    @classmethod
    def _know_a_voicemail(cls, values: Any) -> Any:
        """Drop a recording that is none, and take a voicemail whose numbers are not known."""
        if not isinstance(values, Mapping):
            return values
        given = {name: value for name, value in values.items() if str(value).strip() not in cls.absent}
        if not is_recorded(values.get("RecordingStatus")):
            return {name: value for name, value in given.items() if name.lower() not in _OF_A_RECORDING}
        if not _has_recording(given):
            return given
        known = {
            "RecordingSid": _recording_sid(given),
            "numberToCall": WITHHELD,
            "numberToCallFrom": WITHHELD,
        }
        return known | given

    @field_validator("number_to_call", "number_to_call_from")
    @classmethod
    def _check_number(cls, number: str, info: ValidationInfo) -> str:
        is_voicemail = info.data.get("recording_sid") is not None
        try:
            found = PHONE_NUMBER.read(number)
        except ValueError:
            if not is_voicemail:
                raise
            return number.strip()[:_LONGEST_ADDRESS]
        problem = number_policy.refusal(found) if info.field_name == "number_to_call" else None
        if problem is not None and not is_voicemail:
            raise ValueError(f"{problem}: it is not called back")
        return found

    def to_attributes(self, time_zone: str, now: str, opens_at: str | None = None) -> Attributes:
        """Return the attributes of the request's task.

        Parameters
        ----------
        time_zone : str
            The team's own, such as "America/New_York".
        now : str
            ISO 8601, for a request that does not say when it was made.
        opens_at : str, optional
            When the team is next there, ISO 8601, where it is not there now.
        """
        data: Attributes = {
            "numberToCall": self.number_to_call,
            "numberToCallFrom": self.number_to_call_from,
            "attempts": self.attempts,
            "mainTimeZone": time_zone,
            "utcDateTimeReceived": self.utc_date_time_received or now,
            "RecordingSid": self.recording_sid,
            "RecordingUrl": self.recording_url,
            "TranscriptionSid": self.transcription_sid,
            "TranscriptionText": self.transcription_text,
            "isDeleted": self.is_deleted,
        }
        if opens_at is not None:
            data["nextOpening"] = opens_at
        return completed(
            {
                "flow_execution_sid": self.flex_flow_sid,
                "message": self.message,
                "direction": "inbound",
                "conversations": {"conversation_id": self.conversation_id},
                "callBackData": data,
            }
        )

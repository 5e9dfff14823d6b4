"""The webhooks of the wait experience: nothing in them is refused, because a caller is listening."""

from typing import Annotated

from pydantic import AliasChoices, Field, field_validator

from callback.requests.create_callback import is_recorded
from switchboard.inputs.forms import OrNone, WholeNumber
from switchboard.inputs.model import RequestModel, WebhookModel
from switchboard.inputs.types import PHONE_NUMBER, LanguageTag, TaskSid


class WaitUrl(RequestModel):
    """The query of a step's URL: the options of the ``waitUrl``, and what earlier steps have found out.

    Attributes
    ----------
    task : str or None
        The call's task.
    language : str or None
        The language of the messages.
    workflow_sid : str
        The workflow, where the queue's name is not its SID.
    number : str
        The number that the caller has typed.
    tries : int or None
        How often a number was typed, or a voicemail began with silence.
    """

    task: Annotated[TaskSid | None, OrNone()] = None
    language: Annotated[LanguageTag | None, OrNone()] = None
    workflow_sid: str = ""
    number: str = ""
    tries: Annotated[int | None, WholeNumber(0, 999), OrNone()] = None


class WaitingCall(WebhookModel):
    """The form of a webhook: the call, and its recording or transcription.

    https://www.twilio.com/docs/voice/twiml/enqueue, https://www.twilio.com/docs/voice/twiml/record

    Attributes
    ----------
    queue_sid : str
        The queue that the call waits in.
    from_, to : str
        The caller, and the number that was called.
    digits : str
        The keys that the caller has pressed.
    """

    call_sid: str = ""
    queue_sid: str = ""
    from_: str = Field("", validation_alias=AliasChoices("From", "Caller"))
    to: str = Field("", validation_alias=AliasChoices("To", "Called"))
    digits: str = ""
    recording_sid: str | None = None
    recording_url: str | None = None
    transcription_sid: str | None = None
    transcription_text: str | None = None
    recording_status: str = ""
    transcription_status: str = "completed"

    @field_validator("from_", "to")
    @classmethod
    def _read_number(cls, number: str) -> str:
        """Return a number with its plus sign, and anything else as it came."""
        try:
            return PHONE_NUMBER.read(number)
        except ValueError:
            return number.strip()

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording that can be listened to."""
        return self.recording_sid is not None and is_recorded(self.recording_status)

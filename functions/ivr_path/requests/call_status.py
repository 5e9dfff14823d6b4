"""A number's status callback: https://www.twilio.com/docs/voice/twiml#request-parameters."""

from typing import Annotated

from ivr_path.domain.call import Call
from switchboard.inputs.forms import OrNone, Pattern, WholeNumber
from switchboard.inputs.model import RequestModel, WebhookModel
from switchboard.inputs.types import CallSid, FlowSid

_Text = Annotated[
    str | None,
    Pattern(
        r"[^\x00-\x1f\x7f-\x9f]{1,256}",
        "must have 1 to 256 characters, none of them a control character",
        "1 to 256 characters, none of them a control character.",
    ),
    OrNone(),
]


class CallStatusUrl(RequestModel):
    """The query of the callback's URL, in which the operator may name the number's flow."""

    flow_sid: Annotated[FlowSid | None, OrNone()] = None


class CallStatusCallback(WebhookModel):
    """The form of the callback. A value that no callback of Twilio's has is left out, not refused.

    Attributes
    ----------
    call_duration : int or None
        Seconds, once the call has ended.
    """

    call_sid: CallSid
    call_status: _Text = None
    call_duration: Annotated[int | None, WholeNumber(0, 999_999_999), OrNone()] = None
    from_: _Text = None
    to: _Text = None
    direction: _Text = None

    def to_call(self) -> Call:
        """Return what is reported of the call."""
        return Call(self.call_status, self.call_duration, self.from_, self.to, self.direction)

"""Twilio's webhooks of a SIP domain. No value is refused, because a caller is waiting."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator

from switchboard.inputs.forms import Form, OrNone, WholeNumber
from switchboard.inputs.model import WebhookModel

# The number behind it is in E.164 form: other addresses may begin with a blank.
_LOST_PLUS: Final = re.compile(
    r"\A(<?(?:sips?:|tel:)?) (?=[1-9](?:[-.() ]*[0-9]){6,14}(?:[@;:?>]|\Z))", re.IGNORECASE
)


def _restore_plus(address: str) -> str:
    return _LOST_PLUS.sub(r"\1+", address)


CalledAddress = Annotated[str, AfterValidator(_restore_plus)]
"""A SIP or tel URI, or an address; the plus sign of a telephone number may have come as a space."""


class SipCall(WebhookModel):
    """A call to the SIP domain (https://www.twilio.com/docs/voice/api/sip-interface).

    Attributes
    ----------
    to : CalledAddress
        The SIP URI that was called.
    """

    to: CalledAddress = ""
    call_sid: str = ""
    sip_call_id: str = ""

    @property
    def key(self) -> str:
        """The id that is the same in every webhook of a call."""
        return self.call_sid or self.sip_call_id


class FirstOutcome(WebhookModel):
    """The outcome of a dial or a referral, after which Twilio asks what to do next.

    https://www.twilio.com/docs/voice/twiml/dial#action, https://www.twilio.com/docs/voice/twiml/refer#action
    """

    dial_call_status: str | None = None
    refer_call_status: str | None = None
    refer_sip_response_code: str = ""


class _Rfc2822Form(Form):
    """A date and time such as "Mon, 16 Nov 2026 17:05:00 +0000"; without a zone it is UTC."""

    def read(self, value: Any) -> datetime:
        try:
            found = parsedate_to_datetime(value)
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("must be a date and time as in an e-mail") from None
        # The outermost years have no room for durations and time zones.
        if found.year < 1970:
            raise ValueError("must not be before 1970")
        return found

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["Mon, 16 Nov 2026 17:05:00 +0000"]}


class CallStatus(SipCall):
    """The end of a call.

    Attributes
    ----------
    timestamp : datetime or None
        When it ended; None if the value cannot be read.
    call_duration : int or None
        Seconds.
    """

    account_sid: str = ""
    direction: str = ""
    timestamp: Annotated[datetime | None, _Rfc2822Form(), OrNone()] = None
    call_duration: Annotated[int | None, WholeNumber(0, 999_999), OrNone()] = None

"""What the caller of an initiate route is told if Twilio did not place the call or send the message."""

import pytest

from survey.invitation import Invitation, send_or_roll_back
from switchboard.errors import SwitchboardError, TwilioUnreachable
from switchboard.twilio.outcome import Refused
from tests.data.surveys import definition, entered

SURVEY = definition()
SESSION = entered(SURVEY)
REMINDER = Invitation(SESSION.respondent, SESSION, SESSION, SURVEY)
"""Of a survey under way: nothing is stored or published."""


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (TwilioUnreachable(never_connected=True), 503, 5),
        (TwilioUnreachable(), 502, None),
        (Refused(429, 20429, "Too many requests"), 503, 5),
        (Refused(503, None, "Unavailable"), 503, 5),
        (Refused(400, 21611, "Queue full"), 503, 5),
        (Refused(500, None, "Oops"), 502, None),
        (Refused(401, 20003, "Authenticate"), 502, None),
        (Refused(400, 21211, "Invalid"), 400, None),
        (Refused(400, 21610, "Unsubscribed"), 409, None),
    ],
    ids=repr,
)
def test_a_request_that_may_succeed_later_is_answered_with_503(
    error: Exception, status: int, retry_after: int | None
) -> None:
    def send() -> str:
        raise error

    with pytest.raises(SwitchboardError) as raised:
        send_or_roll_back(REMINDER, send, "The message may have been sent")
    assert (raised.value.status, raised.value.retry_after) == (status, retry_after)

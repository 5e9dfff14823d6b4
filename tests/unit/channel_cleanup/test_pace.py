"""The pace of requests: spread in time, slower while Twilio answers 429, never too late to be answered."""

from types import SimpleNamespace

import pytest

from channel_cleanup import pace
from channel_cleanup.pace import OutOfTime, Pace
from switchboard.twilio.outcome import Refused


class Clock:
    """Time that passes by waiting only."""

    now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: made.now, sleep=made.sleep))
    return made


class Twilio:
    """Notes when it is asked, and refuses so many times first."""

    def __init__(self, clock: Clock, refusals: int = 0, status: int = 429) -> None:
        self.clock, self.refusals, self.status = clock, refusals, status
        self.asked: list[float] = []

    def answer(self) -> str:
        self.asked.append(round(self.clock.now, 3))
        if len(self.asked) <= self.refusals:
            raise Refused(self.status, 20429, "No")
        return "done"


def test_requests_keep_their_distance(clock: Clock) -> None:
    twilio, steady = Twilio(clock), Pace(10, seconds=300)
    assert [steady.ask(twilio.answer) for _ in range(4)] == ["done"] * 4
    assert twilio.asked == [0, 0.1, 0.2, 0.3]


def test_each_429_in_a_row_is_followed_by_a_longer_pause_and_half_the_rate(clock: Clock) -> None:
    twilio, slowed = Twilio(clock, refusals=3), Pace(10, seconds=300)
    assert slowed.ask(twilio.answer) == "done"
    slowed.ask(twilio.answer)
    assert twilio.asked == [0, 1, 3, 7, 7.8]  # 1.25 requests a second are left of 10


def test_the_rate_recovers_while_twilio_takes_requests(clock: Clock) -> None:
    twilio, slowed = Twilio(clock, refusals=1), Pace(10, seconds=3000)
    for _ in range(60):
        slowed.ask(twilio.answer)
    assert twilio.asked[-1] - twilio.asked[-2] == pytest.approx(0.1, abs=0.002)


def test_another_refusal_is_the_callers(clock: Clock) -> None:
    twilio = Twilio(clock, refusals=1, status=503)
    with pytest.raises(Refused):
        Pace(10, seconds=300).ask(twilio.answer)
    assert len(twilio.asked) == 1


def test_nothing_is_asked_that_could_not_be_answered_in_time(clock: Clock) -> None:
    twilio, short = Twilio(clock, refusals=100), Pace(10, seconds=60)
    with pytest.raises(OutOfTime):
        short.ask(twilio.answer)
    assert twilio.asked == [0, 1, 3, 7, 15, 31, 47]
    with pytest.raises(OutOfTime):
        short.ask(twilio.answer)
    assert len(twilio.asked) == 7

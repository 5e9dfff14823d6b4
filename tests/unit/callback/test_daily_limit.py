"""A day's limits: callbacks are refused beyond theirs, voicemails are taken and alarm the operators."""

import pytest

from callback.domain.callback_record import DesiredTask
from callback.storage import daily_limit
from callback.storage.daily_limit import DailyLimit, TooManyCallbacksError, count_task
from switchboard import aws

NOW = 1_700_000_000_000
CALLBACK = DesiredTask("+14155550100", "WW1", {"callBackData": {}}, 60, 0, "voice")
VOICEMAIL = DesiredTask("anonymous", "WW1", {"callBackData": {"RecordingSid": "RE1"}}, 60, 0, "voice")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBACKS_TABLE", "Callbacks")
    monkeypatch.setenv("VOICEMAILS_PER_DAY", "3")


def count(monkeypatch: pytest.MonkeyPatch, number_of_today: int | None) -> None:
    monkeypatch.setattr(daily_limit.records, "count_request", lambda *_: number_of_today)


@pytest.mark.parametrize(("number_of_today", "is_alarmed"), [(3, False), (4, True), (400, True)])
def test_a_voicemail_beyond_the_limit_alarms_the_operators_and_is_taken(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number_of_today: int,
    is_alarmed: bool,
) -> None:
    count(monkeypatch, number_of_today)
    count_task(VOICEMAIL, DailyLimit("anonymous", 1), NOW)
    assert ("VoicemailsOverLimit" in capsys.readouterr().out) is is_alarmed


def test_a_callback_beyond_the_limit_is_refused_until_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    count(monkeypatch, None)
    with pytest.raises(TooManyCallbacksError) as refused:
        count_task(CALLBACK, DailyLimit("+14155550100", 20), NOW)
    assert 0 < (refused.value.retry_after or 0) <= 86400


def test_nothing_is_counted_while_the_table_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise aws.Unreachable("Timeout")

    monkeypatch.setattr(daily_limit.records, "count_request", fail)
    for desired in (CALLBACK, VOICEMAIL):
        count_task(desired, DailyLimit("+14155550100", 20), NOW)

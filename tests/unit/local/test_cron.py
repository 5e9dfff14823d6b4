"""Schedule expressions come due as EventBridge documents them."""

from datetime import UTC, datetime

import pytest

from local.aws.schedule_expression import next_time
from local.template.model import Schedule, Target

# A Wednesday.
NOW = datetime(2026, 7, 15, 10, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-07-15T10:31:20"),
        ("rate(5 minutes)", "2026-07-15T10:35:20"),
        ("rate(2 days)", "2026-07-17T10:30:20"),
        ("at(2026-07-15T12:00:00)", "2026-07-15T12:00:00"),
        ("cron(31 10 * * ? *)", "2026-07-15T10:31:00"),
        ("cron(30 10 * * ? *)", "2026-07-16T10:30:00"),
        ("cron(0/15 * * * ? *)", "2026-07-15T10:45:00"),
        ("cron(0 8-9 ? * MON-FRI *)", "2026-07-16T08:00:00"),
        ("cron(0 9 ? * SAT,SUN *)", "2026-07-18T09:00:00"),
        ("cron(0 9 ? * 2 *)", "2026-07-20T09:00:00"),
        ("cron(0 9 L * ? *)", "2026-07-31T09:00:00"),
        ("cron(0 9 ? * FRIL *)", "2026-07-31T09:00:00"),
        ("cron(0 9 ? * TUE#1 *)", "2026-08-04T09:00:00"),
        ("cron(0 9 1W AUG ? *)", "2026-08-03T09:00:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00"),
        ("cron(0 0 1 1 ? 2027)", "2027-01-01T00:00:00"),
    ],
)
def test_the_next_time_of_a_schedule_expression_is_found(expression: str, due: str) -> None:
    found = next_time(Schedule("s", expression, Target("arn")), NOW.timestamp())
    assert found is not None
    assert datetime.fromtimestamp(found, tz=UTC).isoformat() == f"{due}+00:00"


@pytest.mark.parametrize("expression", ["at(2026-07-15T10:00:00)", "cron(0 0 1 1 ? 2020)"])
def test_a_schedule_in_the_past_has_no_next_time(expression: str) -> None:
    assert next_time(Schedule("s", expression, Target("arn")), NOW.timestamp()) is None


def test_a_schedule_expression_is_read_in_its_time_zone() -> None:
    schedule = Schedule("s", "cron(0 9 * * ? *)", Target("arn"), timezone="America/New_York")
    found = next_time(schedule, NOW.timestamp())
    assert found is not None
    assert datetime.fromtimestamp(found, tz=UTC).isoformat() == "2026-07-15T13:00:00+00:00"


def test_an_unknown_schedule_expression_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"schedule nightly: every day"):
        next_time(Schedule("nightly", "every day", Target("arn")), NOW.timestamp())

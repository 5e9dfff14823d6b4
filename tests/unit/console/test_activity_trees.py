"""Trees of what happened: the same, in whatever batches and order the platform tells of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.data.activity import ActivityTrees

REQUEST = {
    "number": 1,
    "trace": 1,
    "cause": 0,
    "kind": "request",
    "name": "POST /sms/webhook",
    "by": "Twilio",
}
RUNNING = {"number": 2, "trace": 1, "cause": 1, "kind": "invocation", "name": "SurveySmsWebhook"}
ENDED = {
    **RUNNING,
    "outcome": "success",
    "durationMs": 12.3,
    "coldStart": True,
    "awsCalls": 1,
    "twilioCalls": 0,
}
CHANGE = {
    "number": 3,
    "trace": 1,
    "cause": 2,
    "kind": "change",
    "name": "SurveySessions",
    "change": "written",
    "service": "dynamodb",
}
CHANGE = {**CHANGE, "key": {"respondent": "+1", "surveyId": "default"}}
EVENT = {"number": 4, "trace": 1, "cause": 2, "kind": "event", "name": "survey.started"}
FAILED = {
    "number": 5,
    "trace": 1,
    "cause": 4,
    "kind": "invocation",
    "name": "SurveyWriteResult",
    "outcome": "error",
    "durationMs": 5,
    "coldStart": False,
    "awsCalls": 2,
    "twilioCalls": 0,
    "error": {"errorType": "ServiceError"},
}
WHOLE = (REQUEST, ENDED, CHANGE, EVENT, FAILED)


class Platform:
    """Tells of entries in batches."""

    def __init__(self, *batches: list[dict[str, Any]]) -> None:
        self._batches = [{"entries": [], "last": 0}]
        self._batches += [{"entries": batch, "last": number} for number, batch in enumerate(batches, 1)]

    def request(self, _method: str, _path: str) -> dict[str, Any]:
        found: Any = self._batches.pop(0)
        return found


def steps(*batches: list[dict[str, Any]]) -> list[tuple[int, str, bool]]:
    """Return what the tree shows after all batches."""
    platform: Any = Platform(*batches)
    trees = ActivityTrees(platform)
    for _ in batches:
        trees.changed()
    return [(step.depth, step.name, step.failed) for step in trees.steps(1)]


SHOWN = [
    (0, "POST /sms/webhook", False),
    (1, "SurveySmsWebhook", False),
    (2, "SurveySessions: +1 default", False),
    (2, "survey.started", False),
    (3, "SurveyWriteResult", True),
]


@given(st.permutations(WHOLE))
def test_each_thing_is_below_its_cause_in_whatever_order_it_comes(order: list[dict[str, Any]]) -> None:
    assert steps(order) == SHOWN
    assert steps(*([entry] for entry in order)) == SHOWN


def test_an_invocation_that_has_ended_takes_the_place_of_the_running_one() -> None:
    platform: Any = Platform([REQUEST, RUNNING], [ENDED])
    trees = ActivityTrees(platform)
    trees.changed()
    assert [step.facts for step in trees.steps(1)][1] == ("runs",)
    trees.changed()
    assert [step.facts for step in trees.steps(1)][1] == ("12 ms", "cold", "1 AWS call")


def test_what_other_systems_ask_twilio_for_is_left_out() -> None:
    asked = {"number": 9, "trace": 9, "cause": 0, "kind": "twilio", "name": "GET https://x", "status": 200}
    platform: Any = Platform([asked])
    assert list(ActivityTrees(platform).changed()) == []


def test_only_the_latest_trees_are_kept() -> None:
    many = [{**REQUEST, "number": number, "trace": number} for number in range(1, 101)]
    platform: Any = Platform(many)
    trees = ActivityTrees(platform)
    assert len(trees.changed()) == 40
    assert list(trees.steps(1)) == []


def called(number: int, at: str, sid: str = "CA1", **params: str) -> dict[str, Any]:
    return {
        **REQUEST,
        "number": number,
        "trace": number,
        "at": f"2026-01-01T00:00:{at}+00:00",
        "sid": sid,
    } | {"params": params}


def test_a_moment_of_a_call_leads_to_the_webhook_after_what_a_person_did_and_before_what_the_app_said() -> (
    None
):
    first, other, second = called(1, "01.000"), called(2, "02.000", "CA2"), called(3, "03.000")
    trees = ActivityTrees(Platform([first, other, second]))  # type: ignore[arg-type]  # its requests only
    trees.changed()
    start = 1767225600000  # 2026-01-01T00:00:00Z
    assert trees.of_call("CA1", start + 500, by_person=True) == 1
    assert trees.of_call("CA1", start + 1500, by_person=False) == 1
    assert trees.of_call("CA1", start + 1500, by_person=True) == 3
    assert trees.of_call("CA1", start + 3000, by_person=False) == 3
    assert trees.of_call("CA1", start + 3500, by_person=True) == 0
    assert trees.of_call("CA1", start, by_person=False) == 0
    assert trees.of_call("CA3", start, by_person=True) == 0


def test_a_message_leads_to_its_webhook_and_another_systems_to_its_request() -> None:
    webhook, asked = called(1, "01.000", "SM1"), called(2, "02.000", "", To="+12025550142")
    trees = ActivityTrees(Platform([webhook, asked]))  # type: ignore[arg-type]  # its requests only
    trees.changed()
    assert (trees.of_text("SM1"), trees.of_text("SM2")) == (1, 0)
    assert (trees.to_number("+12025550142"), trees.to_number("+12025550143")) == (2, 0)

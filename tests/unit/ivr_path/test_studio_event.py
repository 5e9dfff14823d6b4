"""Events that are not as Studio sends them are told from those that are, before anything is kept."""

from typing import Any

import pytest

from ivr_path.domain.studio_event import MalformedEventError, parse_execution, parse_step

STEP = {
    "step_sid": "FT" + "1" * 32,
    "execution_sid": "FN" + "2" * 32,
    "flow_sid": "FW" + "3" * 32,
    "parent_step_sid": None,
    "name": "keypress",
    "transitioned_from": "menu",
    "transitioned_to": "booking",
    "date_created": "2026-03-01T09:00:00.123Z",
}
EXECUTION = {
    "execution_sid": "FN" + "2" * 32,
    "flow_sid": "FW" + "3" * 32,
    "started_by": "CA" + "4" * 32,
    "status": "ended",
    "ended_reason": "FLOW_END",
    "date_created": "2026-03-01T09:00:00.123Z",
    "date_updated": "2026-03-01T09:01:00.123Z",
}
WRONG = [{}, [], 5, True, "x" * 2000]
NO_MOMENT = ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", 1772355600]


def test_events_as_documented_are_read() -> None:
    step = parse_step(STEP)
    assert (step.widget, step.event, step.next, step.at % 1000) == ("menu", "keypress", "booking", 123)
    started = parse_execution(EXECUTION)
    assert started is not None
    assert (started.call_sid, started.execution.ended_reason) == (EXECUTION["started_by"], "FLOW_END")


def test_an_execution_that_no_call_began_is_not_malformed() -> None:
    assert parse_execution(EXECUTION | {"started_by": "+12025550142"}) is None
    assert parse_execution(EXECUTION | {"started_by": None}) is None


@pytest.mark.parametrize("data", [None, "text", [], 5, {}])
def test_data_is_an_object_with_fields(data: Any) -> None:
    with pytest.raises(MalformedEventError):
        parse_step(data)
    if data != {}:
        with pytest.raises(MalformedEventError):
            parse_execution(data)


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", [name for name in STEP if name != "flow_sid"])
def test_a_steps_fields_are_texts(name: str, value: Any) -> None:
    with pytest.raises(MalformedEventError):
        parse_step(STEP | {name: value})


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", list(EXECUTION))
def test_an_executions_fields_are_texts(name: str, value: Any) -> None:
    with pytest.raises(MalformedEventError):
        parse_execution(EXECUTION | {name: value})


@pytest.mark.parametrize("value", ["FT1", "FW" + "1" * 32, "FT" + "g" * 32])
@pytest.mark.parametrize("name", ["step_sid", "execution_sid", "parent_step_sid"])
def test_junk_is_no_sid(name: str, value: str) -> None:
    with pytest.raises(MalformedEventError):
        parse_step(STEP | {name: value})


@pytest.mark.parametrize("value", NO_MOMENT)
def test_a_date_is_a_moment(value: Any) -> None:
    with pytest.raises(MalformedEventError):
        parse_step(STEP | {"date_created": value})
    with pytest.raises(MalformedEventError):
        parse_execution(EXECUTION | {"date_created": value})

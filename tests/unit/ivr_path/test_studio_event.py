"""Studio's events are read as Twilio documents them; malformed ones are refused before anything is stored."""

from typing import Any

import pytest

from ivr_path.requests.studio_event import EndedStep, ExecutionReport
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse

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
    step = parse(EndedStep, STEP).to_step()
    assert (step.widget, step.event, step.next, step.at % 1000) == ("menu", "keypress", "booking", 123)
    report = parse(ExecutionReport, EXECUTION)
    execution = report.to_execution()
    assert (report.call_sid, execution.ended_reason) == (EXECUTION["started_by"], "FLOW_END")
    assert execution.ended_at is not None
    assert execution.started_at is not None
    assert execution.ended_at - execution.started_at == 60_000


def test_an_empty_text_counts_as_no_value() -> None:
    step = parse(EndedStep, STEP | {"parent_step_sid": "", "name": ""}).to_step()
    assert (step.parent_sid, step.event) == (None, None)


@pytest.mark.parametrize("started_by", ["+12025550142", None, "SM" + "1" * 32])
def test_an_execution_that_no_call_started_is_not_malformed(started_by: Any) -> None:
    assert parse(ExecutionReport, EXECUTION | {"started_by": started_by}).call_sid is None


@pytest.mark.parametrize("data", [None, "text", [], 5, {}])
@pytest.mark.parametrize("model", [EndedStep, ExecutionReport])
def test_data_that_is_no_object_or_has_no_fields_is_malformed(
    model: type[EndedStep | ExecutionReport], data: Any
) -> None:
    with pytest.raises(InputError):
        parse(model, data)


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", [name for name in STEP if name != "flow_sid"])
def test_a_step_with_a_field_that_is_no_short_text_is_malformed(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        parse(EndedStep, STEP | {name: value})


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("name", list(EXECUTION))
def test_an_execution_with_a_field_that_is_no_short_text_is_malformed(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        parse(ExecutionReport, EXECUTION | {name: value})


@pytest.mark.parametrize("value", ["FT1", "FW" + "1" * 32, "FT" + "g" * 32])
@pytest.mark.parametrize("name", ["step_sid", "execution_sid", "parent_step_sid"])
def test_a_step_with_a_malformed_sid_is_malformed(name: str, value: str) -> None:
    with pytest.raises(InputError, match=name):
        parse(EndedStep, STEP | {name: value})


@pytest.mark.parametrize("value", NO_MOMENT)
@pytest.mark.parametrize(("model", "data"), [(EndedStep, STEP), (ExecutionReport, EXECUTION)])
def test_an_event_without_a_date_in_iso_8601_is_malformed(
    model: type[EndedStep | ExecutionReport], data: dict[str, Any], value: Any
) -> None:
    with pytest.raises(InputError, match="date_created"):
        parse(model, data | {"date_created": value})

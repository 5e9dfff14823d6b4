"""Studio's events: read into executions and steps, or refused as malformed."""

from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from switchboard.timestamps import format_iso, parse_iso_ms
from switchboard.validation import is_sid

_MAX_TEXT: Final = 1000


class MalformedEventError(Exception):
    """The event is not as Twilio documents it, and will not be when it is delivered again."""


@dataclass(frozen=True, slots=True)
class CallExecution:
    """An execution and the call that started it (CA…)."""

    call_sid: str
    execution: Execution


def parse_step(data: Any) -> Step:
    """Read the data of a ``step.ended`` event.

    https://www.twilio.com/docs/events/event-types/studio/flow

    Raises
    ------
    MalformedEventError
        A field is missing or is not of its kind.
    """
    fields = _texts(
        data,
        "step_sid",
        "execution_sid",
        "parent_step_sid",
        "name",
        "transitioned_from",
        "transitioned_to",
        "date_created",
    )
    _check_sids(fields, step_sid="FT", execution_sid="FN")
    if fields["parent_step_sid"]:
        _check_sids(fields, parent_step_sid="FT")
    _check_date(fields, "date_created")
    return Step.from_studio(fields)


def parse_execution(data: Any) -> CallExecution | None:
    """Read the data of an ``execution.started`` or ``execution.ended`` event.

    Returns
    -------
    CallExecution or None
        None if the execution was not started by a call.

    Raises
    ------
    MalformedEventError
        A field is missing or is not of its kind.
    """
    fields = _texts(
        data,
        "started_by",
        "execution_sid",
        "flow_sid",
        "status",
        "ended_reason",
        "date_created",
        "date_updated",
    )
    call_sid = fields["started_by"]
    if not is_sid(call_sid, "CA"):
        return None
    _check_sids(fields, execution_sid="FN", flow_sid="FW")
    _check_date(fields, "date_created")
    if fields["date_updated"]:
        _check_date(fields, "date_updated")
    return CallExecution(call_sid, Execution.from_event(fields))


def _texts(data: Any, *names: str) -> dict[str, str]:
    """Return fields by name; a field that is missing or null is empty."""
    if not isinstance(data, dict):
        raise MalformedEventError("data is not an object")
    fields = {name: "" if data.get(name) is None else data[name] for name in names}
    for name, value in fields.items():
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            raise MalformedEventError(f"{name} is not a text of at most {_MAX_TEXT} characters")
    return fields


def _check_sids(fields: dict[str, str], **prefixes: str) -> None:
    for name, prefix in prefixes.items():
        if not is_sid(fields[name], prefix):
            raise MalformedEventError(f"{name} is not a SID that begins with {prefix}")


def _check_date(fields: dict[str, str], name: str) -> None:
    """Refuse a date that is not ISO 8601, or that a record could not show."""
    try:
        date = parse_iso_ms(fields[name])
        format_iso(date)
    except (ValueError, OverflowError):
        raise MalformedEventError(f"{name} is not a date in ISO 8601") from None
    if date <= 0:
        raise MalformedEventError(f"{name} is not after 1970")

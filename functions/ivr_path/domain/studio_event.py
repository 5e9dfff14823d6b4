"""Studio's events as they should be: read here, or found to be malformed."""

from typing import Any, Final

from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.moment import iso, milliseconds
from switchboard.validation import is_sid

_LONGEST: Final = 1000


class Malformed(Exception):
    """The event is not as Twilio documents it, and will not be when it comes again. The message says why."""


def read_step(data: Any) -> Step:
    """Read the data of a ``step.ended`` event.

    https://www.twilio.com/docs/events/event-types/studio/flow

    Raises
    ------
    Malformed
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
    _check_moment(fields, "date_created")
    return Step.from_studio(fields)


def read_execution(data: Any) -> tuple[str, Execution] | None:
    """Read the data of an ``execution.started`` or ``execution.ended`` event.

    Returns
    -------
    tuple[str, Execution] or None
        The call's SID and its execution; None if no call began it.

    Raises
    ------
    Malformed
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
    _check_moment(fields, "date_created")
    if fields["date_updated"]:
        _check_moment(fields, "date_updated")
    return call_sid, Execution.from_event(fields)


def _texts(data: Any, *names: str) -> dict[str, str]:
    """Return fields by name; one that is missing or null is empty."""
    if not isinstance(data, dict):
        raise Malformed("data is no object")
    fields = {name: "" if data.get(name) is None else data[name] for name in names}
    for name, value in fields.items():
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise Malformed(f"{name} is no short text")
    return fields


def _check_sids(fields: dict[str, str], **prefixes: str) -> None:
    for name, prefix in prefixes.items():
        if not is_sid(fields[name], prefix):
            raise Malformed(f"{name} is no {prefix} SID")


def _check_moment(fields: dict[str, str], name: str) -> None:
    """Refuse what is no moment, or one that a record could not show again."""
    try:
        moment = milliseconds(fields[name])
        iso(moment)
    except (ValueError, OverflowError):
        raise Malformed(f"{name} is no moment") from None
    if moment <= 0:
        raise Malformed(f"{name} is no moment")

"""Calls and executions as Twilio's REST API reports them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ivr_path.domain.call import Call
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from switchboard.errors import TwilioUnreachable
from switchboard.log import logger
from switchboard.timestamps import parse_iso_ms
from switchboard.twilio import studio, voice
from switchboard.twilio.outcome import Refused

_START_TOLERANCE_MS: Final = 30_000


class NotReadyError(Exception):
    """Twilio cannot answer yet, and may be able to later. The message says why."""


class StillActiveError(NotReadyError):
    """The execution has not ended."""


@dataclass(frozen=True)
class Run:
    """An ended execution with its steps and its widgets' data."""

    execution: Execution
    steps: tuple[Step, ...] = ()
    widgets: Mapping[str, Any] = field(default_factory=dict)


def read_run(flow_sid: str, execution_sid: str) -> Run | None:
    """Return an ended execution with its steps and widgets; None if Studio does not know the execution.

    Raises
    ------
    StillActiveError
        It has not ended.
    NotReadyError
        Studio does not answer.
    """
    with _temporary_failures():
        found = studio.fetch_execution(flow_sid, execution_sid)
        if found is None:
            return None
        if not found.is_ended:
            raise StillActiveError("the execution is still active")
        steps = tuple(_step(step) for step in studio.execution_steps(flow_sid, execution_sid))
        context = studio.fetch_context(flow_sid, execution_sid)
        if context is None:
            raise NotReadyError("the execution's context is not there yet")
        widgets = context.get("widgets")
        return Run(_execution(found), steps, widgets if isinstance(widgets, dict) else {})


def end_execution(flow_sid: str, execution_sid: str) -> None:
    """End an execution.

    Raises
    ------
    NotReadyError
        Studio does not answer.
    """
    with _temporary_failures():
        studio.end_execution(flow_sid, execution_sid)


def read_call(call_sid: str) -> Call | None:
    """Return a call; None if Twilio does not know it.

    Raises
    ------
    NotReadyError
        Twilio does not answer.
    """
    with _temporary_failures():
        found = voice.fetch_call(call_sid)
    if found is None:
        return None
    return Call(
        status=found.status,
        duration=int(found.duration) if found.duration else None,
        from_=found.from_ or None,
        to=found.to or None,
        direction=found.direction or None,
    )


def find_execution(flow_sid: str, call_sid: str, started_at: int) -> Execution | None:
    """Return the execution that a call started in a flow, or None.

    Parameters
    ----------
    flow_sid, call_sid : str
    started_at : int
        The approximate start, in milliseconds since the epoch. Executions can be filtered by time, not by
        call.

    Raises
    ------
    NotReadyError
        Studio does not answer.
    """
    first, last = started_at - _START_TOLERANCE_MS, started_at + _START_TOLERANCE_MS
    with _temporary_failures():
        for found in studio.executions(flow_sid, first, last):
            if found.initiated_by == call_sid:
                return _execution(found)
    return None


def _execution(found: studio.Execution) -> Execution:
    return Execution(
        sid=found.sid,
        flow_sid=found.flow_sid,
        started_at=found.created_at,
        ended_at=found.updated_at if found.is_ended else None,
    )


def _step(found: studio.ExecutionStep) -> Step:
    return Step(
        sid=found.sid,
        execution_sid=found.execution_sid,
        widget=found.transitioned_from or None,
        event=found.name or None,
        next=found.transitioned_to or None,
        at=parse_iso_ms(found.date_created or ""),
        parent_sid=found.parent_step_sid or None,
    )


@contextmanager
def _temporary_failures() -> Iterator[None]:
    """Turn failures after which the same request may succeed later into NotReadyError."""
    try:
        yield
    except TwilioUnreachable:
        raise NotReadyError("Twilio does not answer") from None
    except Refused as error:
        if not error.is_temporary:
            raise
        logger.warning("Twilio fails temporarily", extra={"status": error.status, "code": error.code})
        raise NotReadyError(f"Twilio answers {error.status}") from None

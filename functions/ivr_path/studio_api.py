"""What Twilio's REST API reports of a call and of its executions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ivr_path.domain.call import Call, parse_duration, parse_text
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from switchboard.errors import TwilioUnreachable
from switchboard.log import logger
from switchboard.timestamps import parse_iso_ms
from switchboard.twilio.errors import page_refusals

if TYPE_CHECKING:
    from twilio.rest.studio.v2.flow.execution import ExecutionInstance
    from twilio.rest.studio.v2.flow.execution.execution_step import ExecutionStepInstance

T = TypeVar("T")

_PAGE_SIZE: Final = 100
_START_TOLERANCE: Final = timedelta(seconds=30)
_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})


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
    """Return an ended execution with all that Studio has of it; None if Studio does not know the execution.

    https://www.twilio.com/docs/studio/rest-api/v2/execution-context,
    https://www.twilio.com/docs/studio/rest-api/v2/step; all pages of steps are followed.

    Raises
    ------
    StillActiveError
        It has not ended.
    NotReadyError
        Studio does not answer.
    """
    from switchboard.twilio import client

    with _temporary_failures():
        resource = client().studio.v2.flows(flow_sid).executions(execution_sid)
        found = _fetch_or_none(resource.fetch)
        if found is None:
            return None
        if str(found.status) != "ended":
            raise StillActiveError("the execution is still active")
        listed = resource.steps.stream(page_size=_PAGE_SIZE)
        steps = tuple(Step.from_studio(_step_fields(step)) for step in listed)
        found_context = _fetch_or_none(resource.execution_context().fetch)
        if found_context is None:
            raise NotReadyError("the execution's context is not there yet")
        widgets = (found_context.context or {}).get("widgets")
        return Run(_execution(found), steps, widgets if isinstance(widgets, dict) else {})


def end_execution(flow_sid: str, execution_sid: str) -> None:
    """End an execution.

    https://www.twilio.com/docs/studio/rest-api/v2/execution#update-an-execution-resource

    Raises
    ------
    NotReadyError
        Studio does not answer.
    """
    from switchboard.twilio import client

    with _temporary_failures():
        execution = client().studio.v2.flows(flow_sid).executions(execution_sid)
        execution.update("ended")  # type: ignore[arg-type]  # Twilio's own constant for it is a str as well


def read_call(call_sid: str) -> Call | None:
    """Return what Twilio has of a call; None if Twilio does not know the call.

    https://www.twilio.com/docs/voice/api/call-resource

    Raises
    ------
    NotReadyError
        Twilio does not answer.
    """
    from switchboard.twilio import client

    with _temporary_failures():
        found = _fetch_or_none(client().calls(call_sid).fetch)
        if found is None:
            return None
        return Call(
            status=str(found.status) if found.status else None,
            duration=parse_duration(str(found.duration or "")),
            # "from" is no name in Python; this is what Twilio's client calls it.
            from_=parse_text(found._from),  # noqa: SLF001
            to=parse_text(found.to),
            direction=parse_text(found.direction),
        )


def find_execution(flow_sid: str, call_sid: str, started_at: int) -> Execution | None:
    """Return the execution that a call started in a flow, or None.

    Parameters
    ----------
    flow_sid, call_sid : str
    started_at : int
        About when, in milliseconds since the epoch: executions can be filtered by time, not by call.

    Raises
    ------
    NotReadyError
        Studio does not answer.
    """
    from switchboard.twilio import client

    around = datetime.fromtimestamp(started_at / 1000, UTC)
    with _temporary_failures():
        executions = (
            client()
            .studio.v2.flows(flow_sid)
            .executions.stream(
                date_created_from=around - _START_TOLERANCE,
                date_created_to=around + _START_TOLERANCE,
                page_size=_PAGE_SIZE,
            )
        )
        for found in executions:
            if found.initiated_by == call_sid:
                return _execution(found)
    return None


def _execution(found: "ExecutionInstance") -> Execution:
    ended = found.date_updated if str(found.status) == "ended" else None
    return Execution(
        sid=str(found.sid),
        flow_sid=str(found.flow_sid),
        started_at=parse_iso_ms(found.date_created) if found.date_created else None,
        ended_at=parse_iso_ms(ended) if ended else None,
    )


def _step_fields(step: "ExecutionStepInstance") -> dict[str, Any]:
    return {
        "sid": step.sid,
        "execution_sid": step.execution_sid,
        "name": step.name,
        "transitioned_from": step.transitioned_from,
        "transitioned_to": step.transitioned_to,
        "date_created": step.date_created,
        "parent_step_sid": step.parent_step_sid,
    }


def _fetch_or_none(fetch: Callable[[], T]) -> T | None:
    from twilio.base.exceptions import TwilioRestException

    try:
        return fetch()
    except TwilioRestException as error:
        if error.status == 404:
            return None
        raise


@contextmanager
def _temporary_failures() -> Iterator[None]:
    """Turn failures after which the same request may succeed later into NotReadyError."""
    from twilio.base.exceptions import TwilioRestException

    try:
        with page_refusals():
            yield
    except TwilioUnreachable:
        raise NotReadyError("Twilio does not answer") from None
    except TwilioRestException as error:
        if error.status not in _TEMPORARY:
            raise
        logger.warning("Twilio fails temporarily", extra={"status": error.status, "code": error.code})
        raise NotReadyError(f"Twilio answers {error.status}") from None

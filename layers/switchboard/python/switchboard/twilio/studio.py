"""Executions of Studio flows: https://www.twilio.com/docs/studio/rest-api/v2/execution.

Each verb raises switchboard.twilio.outcome.Refused or switchboard.errors.TwilioUnreachable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from switchboard.twilio.fields import milliseconds
from switchboard.twilio.outcome import none_if_missing
from switchboard.twilio.rest_client import rest_client

if TYPE_CHECKING:
    from twilio.rest.studio.v2.flow.execution import ExecutionContext, ExecutionInstance

_PAGE_SIZE: Final = 100
_ENDED: Final[Any] = "ended"


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of a flow.

    Attributes
    ----------
    sid, flow_sid : str
        FN…, FW….
    is_ended : bool
        Whether it has ended; otherwise it is active.
    initiated_by : str or None
        What started it: the SID of a call or of a message, for two.
    created_at, updated_at : int or None
        Milliseconds since the epoch. An ended execution was last updated when it ended.
    """

    sid: str
    flow_sid: str
    is_ended: bool
    initiated_by: str | None
    created_at: int | None
    updated_at: int | None


@dataclass(frozen=True, slots=True)
class ExecutionStep:
    """A step of an execution, with the fields of Studio's REST API.

    https://www.twilio.com/docs/studio/rest-api/v2/step
    """

    sid: str
    execution_sid: str
    name: str | None
    transitioned_from: str | None
    transitioned_to: str | None
    date_created: datetime | None
    parent_step_sid: str | None


def fetch_execution(flow_sid: str, sid: str) -> Execution | None:
    """Return an execution; None if Studio has none of that SID."""
    found = none_if_missing(_execution(flow_sid, sid).fetch)
    return None if found is None else _result(found)


def executions(flow_sid: str, first: int, last: int) -> Iterator[Execution]:
    """Yield a flow's executions that were created between two times in milliseconds since the epoch."""
    listed = (
        rest_client()
        .studio.v2.flows(flow_sid)
        .executions.stream(
            date_created_from=datetime.fromtimestamp(first / 1000, UTC),
            date_created_to=datetime.fromtimestamp(last / 1000, UTC),
            page_size=_PAGE_SIZE,
        )
    )
    for instance in listed:
        yield _result(instance)


def execution_steps(flow_sid: str, sid: str) -> Iterator[ExecutionStep]:
    """Yield all steps of an execution."""
    for step in _execution(flow_sid, sid).steps.stream(page_size=_PAGE_SIZE):
        yield ExecutionStep(
            sid=str(step.sid),
            execution_sid=str(step.execution_sid),
            name=step.name,
            transitioned_from=step.transitioned_from,
            transitioned_to=step.transitioned_to,
            date_created=step.date_created,
            parent_step_sid=step.parent_step_sid,
        )


def fetch_context(flow_sid: str, sid: str) -> Mapping[str, Any] | None:
    """Return an execution's context, such as ``{"widgets": {…}}``; None if it is not there, or not yet.

    https://www.twilio.com/docs/studio/rest-api/v2/execution-context
    """
    found = none_if_missing(_execution(flow_sid, sid).execution_context().fetch)
    return None if found is None else found.context or {}


def end_execution(flow_sid: str, sid: str) -> None:
    """End an execution.

    https://www.twilio.com/docs/studio/rest-api/v2/execution#update-an-execution-resource
    """
    _execution(flow_sid, sid).update(_ENDED)


def _execution(flow_sid: str, sid: str) -> "ExecutionContext":
    return rest_client().studio.v2.flows(flow_sid).executions(sid)


def _result(instance: "ExecutionInstance") -> Execution:
    return Execution(
        sid=str(instance.sid),
        flow_sid=str(instance.flow_sid),
        is_ended=instance.status == _ENDED,
        initiated_by=instance.initiated_by,
        created_at=milliseconds(instance.date_created),
        updated_at=milliseconds(instance.date_updated),
    )

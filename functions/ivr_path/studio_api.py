"""What Twilio's REST API knows of a call and of its executions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ivr_path.domain.call import Call, seconds, short
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step
from ivr_path.moment import milliseconds
from switchboard.errors import TwilioUnreachable
from switchboard.log import logger

if TYPE_CHECKING:
    from twilio.rest.studio.v2.flow.execution import ExecutionInstance

_PAGE_SIZE: Final = 100
_START_TOLERANCE: Final = timedelta(seconds=30)
_WORTH_WAITING: Final = frozenset({429, 500, 502, 503, 504})


class NotYet(Exception):
    """Twilio cannot tell at the moment; it may be able to later. The message says why."""


class StillActive(NotYet):
    """The execution has not ended."""


@dataclass(frozen=True)
class Run:
    """An ended execution: its facts, its steps and its widgets' data."""

    execution: Execution
    steps: tuple[Step, ...] = ()
    widgets: Mapping[str, Any] = field(default_factory=dict)


def read_run(flow_sid: str, execution_sid: str) -> Run | None:
    """Return an ended execution with everything that Studio knows of it, or None if it knows none.

    https://www.twilio.com/docs/studio/rest-api/v2/execution-context,
    https://www.twilio.com/docs/studio/rest-api/v2/step; all pages of steps are followed.

    Raises
    ------
    StillActive
        It has not ended.
    NotYet
        Studio does not answer.
    """
    from switchboard.twilio_client import client

    with _patience():
        resource = client().studio.v2.flows(flow_sid).executions(execution_sid)
        found = _or_none(resource.fetch)
        if found is None:
            return None
        if found.status != "ended":
            raise StillActive("the execution is still active")
        steps = tuple(Step.from_studio(_fields(step)) for step in resource.steps.stream(page_size=_PAGE_SIZE))
        found_context = _or_none(resource.execution_context().fetch)
        if found_context is None:
            raise NotYet("the execution's context is not there yet")
        widgets = (found_context.context or {}).get("widgets")
        return Run(_execution(found), steps, widgets if isinstance(widgets, dict) else {})


def end_execution(flow_sid: str, execution_sid: str) -> None:
    """End an execution that nobody else will end.

    https://www.twilio.com/docs/studio/rest-api/v2/execution#update-an-execution-resource

    Raises
    ------
    NotYet
        Studio does not answer.
    """
    from switchboard.twilio_client import client

    with _patience():
        execution = client().studio.v2.flows(flow_sid).executions(execution_sid)
        execution.update("ended")  # type: ignore[arg-type]  # Twilio's own constant for it is a str as well


def read_call(call_sid: str) -> Call | None:
    """Return what Twilio knows of a call, or None if it knows none.

    https://www.twilio.com/docs/voice/api/call-resource

    Raises
    ------
    NotYet
        Twilio does not answer.
    """
    from switchboard.twilio_client import client

    with _patience():
        found = _or_none(client().calls(call_sid).fetch)
        if found is None:
            return None
        return Call(
            status=str(found.status) if found.status else None,
            duration=seconds(str(found.duration or "")),
            # "from" is no name in Python; this is what Twilio's client calls it.
            from_=short(found._from),  # noqa: SLF001
            to=short(found.to),
            direction=short(found.direction),
        )


def find_execution(flow_sid: str, call_sid: str, started_at: int) -> Execution | None:
    """Return the execution that a call began in a flow, or None.

    Parameters
    ----------
    flow_sid, call_sid : str
    started_at : int
        About when, in milliseconds since the epoch: a flow's executions can be told apart by time only.

    Raises
    ------
    NotYet
        Studio does not answer.
    """
    from switchboard.twilio_client import client

    around = datetime.fromtimestamp(started_at / 1000, UTC)
    with _patience():
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
        started_at=milliseconds(found.date_created) if found.date_created else None,
        ended_at=milliseconds(ended) if ended else None,
    )


def _fields(step: Any) -> dict[str, Any]:
    return {
        "sid": step.sid,
        "execution_sid": step.execution_sid,
        "name": step.name,
        "transitioned_from": step.transitioned_from,
        "transitioned_to": step.transitioned_to,
        "date_created": step.date_created,
        "parent_step_sid": step.parent_step_sid,
    }


def _or_none(fetch: Any) -> Any:
    from twilio.base.exceptions import TwilioRestException

    try:
        return fetch()
    except TwilioRestException as error:
        if error.status == 404:
            return None
        raise


@contextmanager
def _patience() -> Iterator[None]:
    from twilio.base.exceptions import TwilioRestException

    try:
        yield
    except TwilioUnreachable:
        raise NotYet("Twilio does not answer") from None
    except TwilioRestException as error:
        if error.status not in _WORTH_WAITING:
            raise
        logger.warning("Twilio asks for patience", extra={"status": error.status, "code": error.code})
        raise NotYet(f"Twilio answers {error.status}") from None

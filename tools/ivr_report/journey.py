"""One call's way through the widgets of its flows, read from its record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from sys import intern
from typing import Any, Final

NO_RECORD: Final = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)
"""What is raised for JSON that is no record of a call."""

TRIGGER: Final = "Trigger"
HUNG_UP: Final = "hung up"
FLOW_ENDED: Final = "flow ended"
STOPPED: Final = "stopped"
UNKNOWN: Final = "unknown"
_ENDINGS: Final = {"hungUp": HUNG_UP, "flowEnded": FLOW_ENDED, "stopped": STOPPED}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of a widget; ``name`` has a subflow's widget behind a slash, ``seconds`` is its duration."""

    name: str
    event: str
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether the widget was left because it failed."""
        return is_failure(self.event)


@dataclass(frozen=True, slots=True)
class Journey:
    """A recorded call.

    Attributes
    ----------
    call_sid, started_at : str
        The latter is ISO 8601.
    caller, called : str
        Numbers or addresses; empty where the record has none.
    status : str
        Twilio's status of the call; empty where the record has none.
    seconds : int or None
        The call's duration.
    flows : tuple[str, ...]
        The flows that it went through, by SID.
    visits : tuple[Visit, ...]
        In order.
    ending : str
        How it ended, such as `HUNG_UP`.
    """

    call_sid: str
    started_at: str
    caller: str
    called: str
    status: str
    seconds: int | None
    flows: tuple[str, ...]
    visits: tuple[Visit, ...]
    ending: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the visited widgets, in order."""
        return tuple(visit.name for visit in self.visits)

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong: widgets that failed, a call that failed, an execution that was stopped."""
        found = [f"{visit.name}: {visit.event}" for visit in self.visits if visit.failed]
        found += ["the call failed"] if self.status == "failed" else []
        return (*found, *(["the flow was stopped"] if self.ending == STOPPED else []))


def is_failure(event: str) -> bool:
    """Tell whether a widget left by an event has failed.

    Such events are ``failed``, ``deliveryFailure`` or ``providerError``:
    https://www.twilio.com/docs/studio/widget-library
    """
    lower = event.lower()
    return "fail" in lower or "error" in lower


def to_journey(record: Mapping[str, Any]) -> Journey:
    """Return the journey of a record; that of a record without steps has no visits.

    Raises
    ------
    AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError
        It is no record of a call (`NO_RECORD`).
    """
    duration = record.get("callDuration")
    return Journey(
        call_sid=str(record.get("callSid") or ""),
        started_at=str(record["startedAt"]),
        caller=str(record.get("from") or ""),
        called=str(record.get("to") or ""),
        status=intern(str(record.get("callStatus") or "")),
        seconds=None if duration is None else int(duration),
        flows=tuple(intern(str(one["flowSid"])) for one in record.get("executions") or ()),
        visits=tuple(visits(record["steps"] or ())),
        ending=_ENDINGS.get(record["endedReason"] or "", UNKNOWN),
    )


def visits(steps: Iterable[Mapping[str, Any]], parent: str = "") -> Iterator[Visit]:
    """Yield the visits of a path in order; a Run Subflow widget is replaced by the subflow's widgets."""
    for step in steps:
        name = f"{parent} / {step['widget']}" if parent else str(step["widget"])
        if inner := [one for one in step.get("steps") or () if one["widget"] != TRIGGER]:
            yield from visits(inner, name)
        elif step["widget"] != TRIGGER:
            yield Visit(intern(name), intern(str(step["event"] or "")), to_seconds(step["durationMs"]))


def to_seconds(milliseconds: Any) -> float:
    """Return a duration of a record in seconds.

    Raises
    ------
    TypeError, ValueError
        It is none: JSON as Python reads it has Infinity and NaN, too.
    """
    seconds = milliseconds / 1000
    if not isfinite(seconds) or seconds < 0:
        raise ValueError("is no duration")
    return float(seconds)

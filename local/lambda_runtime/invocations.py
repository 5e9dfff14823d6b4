"""The record of Lambda invocations, as ``GET /_local/invocations`` lists it."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.activity import Activity

_KEPT = 10_000


@dataclass(frozen=True)
class Invocation:
    """One invocation, successful or not.

    Parameters
    ----------
    function
        The function's logical id in the template.
    trigger
        What kind of thing started it: ``http``, ``rule``, ``queue``, ``schedule``, ``operator``.
    source
        Which one: a route key, a rule's, a queue's or a schedule's name, or ``Invoke``.
    request_id
        ``context.aws_request_id``.
    at
        The platform's time at its start, ISO 8601.
    outcome
        ``success``, ``error`` (the handler raised), ``timeout`` or ``crash`` (its process ended).
    cold_start
        Whether a new execution environment was made for it.
    duration_ms, cpu_ms
        Time in the handler: on the clock, and of the processor.
    aws, twilio
        The calls it made: ``dynamodb.GetItem``, ``POST https://api.twilio.com/…``.
    error
        ``errorType`` and ``errorMessage`` where it failed.
    """

    function: str
    trigger: str
    source: str
    request_id: str
    at: str
    outcome: str
    cold_start: bool
    duration_ms: float
    cpu_ms: float | None = None
    aws: tuple[str, ...] = ()
    twilio: tuple[str, ...] = ()
    error: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the record as the endpoint shows it."""
        shown: dict[str, Any] = {
            "function": self.function,
            "trigger": self.trigger,
            "source": self.source,
            "requestId": self.request_id,
            "at": self.at,
            "durationMs": self.duration_ms,
            "cpuMs": self.cpu_ms,
            "coldStart": self.cold_start,
            "outcome": self.outcome,
            "awsCalls": len(self.aws),
            "twilioCalls": len(self.twilio),
            "aws": list(self.aws),
            "twilio": list(self.twilio),
        }
        if self.error:
            shown["error"] = {key: self.error.get(key) for key in ("errorType", "errorMessage")}
        return shown


class InvocationLog:
    """The latest invocations that have ended, oldest first; the platform's activity is told of all.

    Parameters
    ----------
    activity
        Is told when an invocation begins, and when it has ended.
    """

    def __init__(self, activity: "Activity") -> None:
        self._activity = activity
        self._records: deque[Invocation] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def begin(self, function: str, trigger: str, source: str, request_id: str, cause: int) -> int:
        """Return the number of an invocation among the activity; `cause` is the number of what started it."""
        about = {"trigger": trigger, "source": source}
        return self._activity.begin("invocation", function, cause, request_id, **about)

    def add(self, number: int, record: Invocation) -> None:
        """Add the record of an invocation that has ended."""
        with self._lock:
            self._records.append(record)
        self._activity.end(number, **record.as_json())

    def clear(self) -> list[Invocation]:
        """Delete all records; return the empty list."""
        with self._lock:
            self._records.clear()
        return []

    def all(self) -> list[Invocation]:
        """Return all records, oldest first."""
        with self._lock:
            return list(self._records)

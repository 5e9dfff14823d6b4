"""Scheduled functions: run when they are due by the platform's clock, or at once on request."""

import json
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.aws.schedule_expression import next_time
from local.clock import Clock
from local.lambda_runtime.functions import Functions, Outcome
from local.template.application import Application
from local.template.model import Schedule
from local.timeouts import scaled

_LONGEST_WAIT = 30.0


@dataclass
class _Due:
    schedule: Schedule
    function: str
    at: float | None


class Schedules:
    """Runs the schedules of an application.

    A schedule that came due several times while the clock was moved runs once, at the new time.

    Parameters
    ----------
    application
        Where the schedules are described.
    functions
        What is invoked.
    clock
        The platform's clock.
    """

    def __init__(self, application: Application, functions: Functions, clock: Clock) -> None:
        self._application = application
        self._functions = functions
        self._clock = clock
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._due: list[_Due] = []

    def start(self, *, watch: bool = True) -> None:
        """Begin; unless the clock is watched, a schedule runs only by `run` and `run_due`."""
        now = self._clock.now()
        self._due = [
            _Due(schedule, self._application.by_arn[schedule.target.arn], next_time(schedule, now))
            for schedule in self._application.schedules
            if schedule.enabled and schedule.target.arn in self._application.by_arn
        ]
        if watch:
            self._thread = threading.Thread(target=self._watch, daemon=True, name="schedules")
            self._thread.start()

    def stop(self) -> None:
        """Stop starting functions."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(scaled(5))

    def as_json(self) -> list[dict[str, Any]]:
        """Return the schedules: name, function, expression, and when they are due next."""
        return [
            {
                "schedule": item.schedule.name,
                "function": item.function,
                "expression": item.schedule.expression,
                "next": datetime.fromtimestamp(item.at, tz=UTC).isoformat() if item.at is not None else None,
            }
            for item in self._due
        ]

    def function_named(self, name: str) -> str | None:
        """Return the logical id of a scheduled function, given any of its names; None where there is none."""
        found = self._application.function_named(name)
        return found.name if found and any(item.function == found.name for item in self._due) else None

    def run(self, function: str) -> Outcome:
        """Run a function now as its schedule would, and wait for its end; KeyError where it has none."""
        schedules = {item.function: item.schedule for item in reversed(self._due)}
        return self._run(function, schedules[function])

    def run_due(self, after: float = 0.0) -> list[str]:
        """Move the clock, run every function that is due once, wait for them, and return their names."""
        # What comes due by this move is run here, and not by the thread that watches the clock.
        with self._lock:
            if after:
                self._clock.advance(after)
            now = self._clock.now()
            due = [item for item in self._due if item.at is not None and item.at <= now]
            for item in due:
                item.at = next_time(item.schedule, now)
                self._run(item.function, item.schedule)
        return [item.function for item in due]

    def _watch(self) -> None:
        while not self._stopped:
            waits = [item.at - self._clock.now() for item in self._due if item.at is not None]
            self._wake.wait(max(0.05, min([_LONGEST_WAIT, *waits])))
            self._wake.clear()
            if not self._stopped:
                self.run_due()

    def _run(self, function: str, schedule: Schedule) -> Outcome:
        event = self._event(schedule)
        for _ in range(1 + self._application.functions[function].retries):
            outcome = self._functions.invoke(function, event, "schedule", schedule.name)
            if outcome.ok or self._stopped:
                break
        return outcome

    def _event(self, schedule: Schedule) -> Any:
        if "Input" in schedule.target.input:
            return json.loads(schedule.target.input["Input"])
        names = self._application.template.names
        kind = "events:rule/" if schedule.is_rule else "scheduler:schedule/default/"
        service, _, place = kind.partition(":")
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": f"aws.{service}",
            "account": names.account_id,
            "time": self._clock.datetime().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": names.region,
            "resources": [names.arn(service, place + schedule.name)],
            # EventBridge Scheduler sends an empty object as text, a rule as an object.
            "detail": {} if schedule.is_rule else "{}",
        }

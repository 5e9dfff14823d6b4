"""One call's path as a time line: each step with its sub-flow's steps below it, and the values it left."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from switchboard.timestamps import parse_iso_ms
from tools.ivr_report.journey import Journey, is_failure, to_journey, to_seconds
from tools.ivr_report.records import Record

_LONGEST: Final = 500
"""Characters of a value that are shown; the record has all of it."""

_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
_MASKED: Final = "masked"
_SHORT: Final = 2
"""So many characters of a value are shown where texts are masked: a choice in a menu, not a PIN."""


@dataclass(frozen=True)
class TimelineStep:
    """A step as it is drawn.

    Attributes
    ----------
    depth : int
        In how many sub-flows it is.
    widget, event, following : str
        ``following`` is the widget that came next; empty where Studio told none.
    began, seconds : float
        When the widget was entered, from the call's start, and how long the call was in it.
    execution_sid : str
    failed : bool
    values : Sequence[tuple[str, str]]
        What Studio had of the widget at the call's end, at its last visit.
    """

    depth: int
    widget: str
    event: str
    following: str
    began: float
    seconds: float
    execution_sid: str
    failed: bool
    values: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Timeline:
    """A path.

    Attributes
    ----------
    record : Record
    journey : Journey
        The same call as the list has it.
    steps : Sequence[TimelineStep]
    seconds : float
        From the call's start to its end.
    other : Sequence[tuple[str, str]]
        The values of widgets that no step has.
    """

    record: Record
    journey: Journey
    steps: Sequence[TimelineStep]
    seconds: float
    other: Sequence[tuple[str, str]]


def to_timeline(record: Record) -> Timeline:
    """Return the time line of a record; that of one without steps is empty.

    Raises what `to_journey` raises where it is no record of a call.
    """
    journey = to_journey(record)
    start = parse_iso_ms(str(record["startedAt"]))
    steps = list(_steps(record.get("steps") or (), start, 0))
    widgets: Mapping[str, Any] = record.get("widgets") or {}
    placed: set[str] = set()
    for number in reversed(range(len(steps))):
        step = steps[number]
        for name in (f"{step.widget}@{step.execution_sid}", step.widget):
            if name in widgets and name not in placed:
                placed.add(name)
                steps[number] = replace(step, values=_values(widgets[name]))
                break
    other = [(name, _text(value)) for name, value in widgets.items() if name not in placed and value]
    ended = max((step.began + step.seconds for step in steps), default=0.0)
    return Timeline(record, journey, steps, max(ended, journey.seconds or 0), other)


def masked_value(value: str) -> str:
    """Return a value as it is shown where texts are masked."""
    return value if len(value) <= _SHORT else _MASKED


def _steps(nodes: Sequence[Mapping[str, Any]], start: int, depth: int) -> Iterator[TimelineStep]:
    for node in nodes:
        seconds = to_seconds(node.get("durationMs") or 0)
        event = str(node.get("event") or "")
        yield TimelineStep(
            depth=depth,
            widget=str(node.get("widget") or "?"),
            event=event,
            following=str(node.get("next") or ""),
            began=max(0.0, (parse_iso_ms(str(node["at"])) - start) / 1000 - seconds),
            seconds=seconds,
            execution_sid=str(node.get("executionSid") or ""),
            failed=is_failure(event),
        )
        yield from _steps(node.get("steps") or (), start, depth + 1)


def _values(data: Any) -> Sequence[tuple[str, str]]:
    if isinstance(data, Mapping):
        return [(str(name), _text(value)) for name, value in data.items() if value not in (None, "")]
    return [("", _text(data))]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) <= _LONGEST:
        return text
    return f"{_ISOLATE}{text[:_LONGEST]}{_POP} … ({len(text):,} characters)"

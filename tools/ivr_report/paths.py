"""Statistics of call paths: moves between widgets, drop-off and time per widget."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median, quantiles
from typing import Any, Final

TRIGGER: Final = "Trigger"
HUNG_UP: Final = "hung up"
FLOW_ENDED: Final = "flow ended"
FURTHER: Final = "further rounds"
_ENDINGS: Final = {"hungUp": HUNG_UP, "flowEnded": FLOW_ENDED, "stopped": "stopped"}
_ROUNDS: Final = 2


@dataclass(frozen=True)
class Visit:
    """A visit of a widget; ``name`` has a subflow's widget behind a slash, ``seconds`` is its duration."""

    name: str
    event: str
    seconds: float


@dataclass
class Widget:
    """The statistics of one widget."""

    name: str
    seconds: list[float] = field(default_factory=list)
    calls: int = 0
    hung_up: int = 0
    events: Counter[str] = field(default_factory=Counter)

    @property
    def visits(self) -> int:
        """The number of visits."""
        return len(self.seconds)

    @property
    def drop_off(self) -> float:
        """The share of visits in which the caller hung up, 0 to 1."""
        return self.hung_up / self.visits if self.visits else 0.0

    @property
    def median(self) -> float:
        """The median duration of a visit, in seconds."""
        return median(self.seconds)

    @property
    def ninetieth(self) -> float:
        """The duration that nine of ten visits did not exceed, in seconds."""
        return quantiles(self.seconds, n=10)[-1] if len(self.seconds) > 1 else self.seconds[0]


@dataclass
class Paths:
    """The statistics that the page shows.

    Attributes
    ----------
    calls : int
        Number of records.
    earliest, latest : str
        Start of the first and of the last call, ISO 8601.
    moves : Counter[tuple[str, str]]
        How often callers went from one place to another. A caller who comes back to a widget begins a new
        round, in which every widget is a place of its own (``menu (2)``), so that a path reads from left to
        right; all further rounds are one place.
    endings : Counter[str]
        Number of calls by their ending.
    widgets : dict[str, Widget]
        By name.
    """

    calls: int = 0
    earliest: str = ""
    latest: str = ""
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    widgets: dict[str, Widget] = field(default_factory=dict)


def summarise(records: Iterable[Mapping[str, Any]]) -> Paths:
    """Return the statistics of records; a record without steps counts only as a call."""
    paths = Paths()
    for record in records:
        paths.calls += 1
        started = record["startedAt"]
        paths.earliest = min(paths.earliest or started, started)
        paths.latest = max(paths.latest, started)
        _add(paths, list(visits(record["steps"] or ())), _ENDINGS.get(record["endedReason"] or "", "unknown"))
    return paths


def visits(steps: Iterable[Mapping[str, Any]], parent: str = "") -> Iterator[Visit]:
    """Yield the visits of a path in order; a Run Subflow widget is replaced by the subflow's widgets."""
    for step in steps:
        name = f"{parent} / {step['widget']}" if parent else str(step["widget"])
        if inner := [one for one in step.get("steps", ()) if one["widget"] != TRIGGER]:
            yield from visits(inner, name)
        elif step["widget"] != TRIGGER:
            yield Visit(name, str(step["event"] or ""), step["durationMs"] / 1000)


def _add(paths: Paths, path: list[Visit], ending: str) -> None:
    paths.endings[ending] += 1
    for visit in path:
        widget = paths.widgets.setdefault(visit.name, Widget(visit.name))
        widget.seconds.append(visit.seconds)
        widget.events[visit.event] += 1
    for name in {visit.name for visit in path}:
        paths.widgets[name].calls += 1
    if path and ending == HUNG_UP:
        paths.widgets[path[-1].name].hung_up += 1
    for one, two in pairwise([*_places(path), ending]):
        paths.moves[one, two] += 1


def _places(path: list[Visit]) -> Iterator[str]:
    number, seen = 1, set[str]()
    for visit in path:
        if visit.name in seen:
            number, seen = number + 1, set()
        seen.add(visit.name)
        if number > _ROUNDS:
            yield FURTHER
            return
        yield visit.name if number == 1 else f"{visit.name} ({number})"

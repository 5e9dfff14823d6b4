"""Statistics of call paths: moves between widgets, drop-off and time per widget."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median, quantiles
from typing import Any

from tools.ivr_report.journey import HUNG_UP, Journey, to_journey
from tools.ivr_report.moves import Layout, Move


@dataclass
class Widget:
    """The statistics of one widget."""

    name: str
    seconds: list[float] = field(default_factory=list)
    calls: int = 0
    hung_up: int = 0
    failed: int = 0
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
    """The statistics that the report and the console show.

    Attributes
    ----------
    calls : int
        Number of records.
    earliest, latest : str
        Start of the first and of the last call, ISO 8601.
    ways : Counter[tuple[tuple[str, ...], str]]
        How often callers went through the same widgets to the same ending.
    endings : Counter[str]
        Number of calls by their ending.
    widgets : dict[str, Widget]
        By name.
    """

    calls: int = 0
    earliest: str = ""
    latest: str = ""
    ways: Counter[tuple[tuple[str, ...], str]] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    widgets: dict[str, Widget] = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        """The places of all widgets; asked for once all calls are counted."""
        return Layout(self.ways)

    @cached_property
    def moves(self) -> Counter[Move]:
        """How often callers went from one place to another; asked for once all calls are counted."""
        moves: Counter[Move] = Counter()
        for (names, ending), count in self.ways.items():
            for move in self.layout.moves(names, ending):
                moves[move] += count
        return moves


def summarise(records: Iterable[Mapping[str, Any]]) -> Paths:
    """Return the statistics of records; a record without steps counts only as a call."""
    return summarise_journeys(map(to_journey, records))


def summarise_journeys(journeys: Iterable[Journey]) -> Paths:
    """Return the statistics of calls."""
    paths = Paths()
    for journey in journeys:
        paths.calls += 1
        paths.earliest = min(paths.earliest or journey.started_at, journey.started_at)
        paths.latest = max(paths.latest, journey.started_at)
        _add(paths, journey)
    return paths


def _add(paths: Paths, journey: Journey) -> None:
    names = journey.names
    paths.ways[names, journey.ending] += 1
    paths.endings[journey.ending] += 1
    for visit in journey.visits:
        widget = paths.widgets.setdefault(visit.name, Widget(visit.name))
        widget.seconds.append(visit.seconds)
        widget.events[visit.event] += 1
        widget.failed += visit.failed
    for name in set(names):
        paths.widgets[name].calls += 1
    if names and journey.ending == HUNG_UP:
        paths.widgets[names[-1]].hung_up += 1

"""The calls of a span: listed whole, read as far as a sample of them needs, and counted once.

The table's index tells which calls there are without reading them. Of many calls a sample is read, chosen by
a hash of their SIDs: evenly over the span, and the same ones each time.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import islice
from typing import Final
from zlib import crc32

from console.context import Console
from console.data.call_paths.archive import Archive, call_sid_of
from console.data.call_paths.selection import Selection, days_between
from console.refusal import explain
from switchboard.timestamps import format_iso
from tools.ivr_report.journey import NO_RECORD, Journey, to_journey
from tools.ivr_report.paths import Paths, summarise_journeys
from tools.ivr_report.records import BATCH, RECORDED, Record, list_calls, read_calls
from tools.stack.stack import AWS_FAILURES

MOST_READ: Final = 2_000
"""The most calls of a span that are read."""

MOST_LISTED: Final = 200_000
"""The most calls of a span that are listed: the newest."""

_THREADS: Final = 8


@dataclass(frozen=True)
class Sample:
    """What is known of a span's calls.

    Attributes
    ----------
    journeys : Sequence[Journey]
        The recorded calls that were read, newest first.
    unfinished : Sequence[Journey]
        Calls that were read and are not recorded yet, newest first.
    total : int
        How many calls there are; those of the archive are of all flows.
    chosen : int
        How many of them were chosen to be read.
    is_cut : bool
        Whether there are more than were listed.
    broken : int
        How many archived objects are no records.
    refusal : str
        Why the archive could not be read; empty where it could.
    at : int
        When they were looked up, in ms since the epoch.
    took : float
        How long that took, in seconds.
    """

    journeys: Sequence[Journey]
    unfinished: Sequence[Journey]
    total: int
    chosen: int
    is_cut: bool
    broken: int
    refusal: str
    at: int
    took: float

    @property
    def is_sample(self) -> bool:
        """Whether there are calls that were not read."""
        return self.chosen < self.total

    @cached_property
    def paths(self) -> Paths:
        """Their statistics."""
        return summarise_journeys(self.journeys)

    def warm(self) -> "Sample":
        """Work out the statistics now, in the thread of the look-up."""
        self.paths.moves  # noqa: B018
        return self


@dataclass
class _Reading:
    """What has been read so far."""

    now: int
    bounds: tuple[str, str]
    flow: str
    recorded: list[Journey]
    unfinished: list[Journey]
    broken: int = 0
    refusal: str = ""

    def add(self, record: Record | None) -> None:
        """Add a record of the span; None, or one that is none, is counted."""
        try:
            journey = to_journey(record or {})
        except NO_RECORD:
            self.broken += 1
            return
        if self.bounds[0] <= journey.started_at <= self.bounds[1]:
            is_recorded = record is not None and record.get("status") == RECORDED
            (self.recorded if is_recorded else self.unfinished).append(journey)


def load_sample(console: Console, selection: Selection) -> Sample:
    """Look up the calls of a selection that has no problems.

    What refuses the archive is said in the result; what refuses the table is raised.
    """
    began, now = time.monotonic(), console.stack.now()
    earliest, latest = selection.bounds(now)
    reading = _Reading(now, (format_iso(earliest), format_iso(latest)), selection.flow, [], [])
    with ThreadPoolExecutor(_THREADS, "call-paths") as threads:
        listed = _list_table(console, reading)
        live = set(listed)
        days = _archived_days(console.stack.parameters, earliest, latest, now)
        archive, keys = _list_archive(console, threads, days, reading)
        archived = {sid: key for key in keys if (sid := call_sid_of(key)) not in live}
        total = len(live) + len(archived)
        chosen = nsmallest(MOST_READ, (*live, *archived), key=lambda sid: crc32(sid.encode()))
        _read_table(console, threads, [sid for sid in chosen if sid in live], reading)
        if archive:
            _read_archive(archive, [archived[sid] for sid in chosen if sid in archived], reading)
    return Sample(
        journeys=_newest_first(reading.recorded),
        unfinished=_newest_first(reading.unfinished),
        total=total,
        chosen=len(chosen),
        is_cut=len(live) >= MOST_LISTED or len(keys) >= MOST_LISTED,
        broken=reading.broken,
        refusal=reading.refusal,
        at=now,
        took=time.monotonic() - began,
    ).warm()


def _archived_days(parameters: Mapping[str, str], earliest: int, latest: int, now: int) -> list[str]:
    """Return the days of a span, newest first, of which the table may have lost calls to the archive."""
    kept = int(parameters.get("IvrPathSeconds", "86400"))
    lost_before = now - kept * 1000
    if not kept or earliest >= lost_before:
        return []
    return days_between(earliest, min(latest, lost_before))[::-1]


def _list_table(console: Console, reading: _Reading) -> list[str]:
    client, table = console.stack.client("dynamodb"), console.stack.physical("IvrPaths")
    listed = list_calls(client, table, reading.flow or None, *reading.bounds)
    return [call.call_sid for call in islice(listed, MOST_LISTED)]


def _list_archive(
    console: Console, threads: Executor, days: Sequence[str], reading: _Reading
) -> tuple[Archive | None, list[str]]:
    if not days:
        return None, []
    try:
        archive = Archive(console, threads)
        return archive, archive.list_days(days, MOST_LISTED)
    except AWS_FAILURES as error:
        reading.refusal = explain(error)
        return None, []


def _read_table(console: Console, threads: Executor, sids: Sequence[str], reading: _Reading) -> None:
    client, table = console.stack.client("dynamodb"), console.stack.physical("IvrPaths")
    batches = [sids[start : start + BATCH] for start in range(0, len(sids), BATCH)]
    for records in threads.map(lambda batch: list(read_calls(client, table, batch, reading.now)), batches):
        for record in records:
            reading.add(record)


def _read_archive(archive: Archive, keys: Sequence[str], reading: _Reading) -> None:
    try:
        for record in archive.read(keys, reading.flow):
            reading.add(record)
    except AWS_FAILURES as error:
        reading.refusal = explain(error)


def _newest_first(journeys: Iterable[Journey]) -> Sequence[Journey]:
    return tuple(sorted(journeys, key=lambda one: (one.started_at, one.call_sid), reverse=True))

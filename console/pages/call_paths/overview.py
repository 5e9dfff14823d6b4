"""All calls of a flow and a time span: how they move, drop-off and time a widget, and the list of calls."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.call_paths.sample import MOST_LISTED, Sample, load_sample
from console.data.call_paths.selection import Selection
from console.pages.call_paths.call_list import CallList
from console.pages.call_paths.sankey import MOST, draw_bands, draw_sankey
from console.pages.call_paths.selection_bar import SelectionBar
from console.pages.call_paths.widget_table import WidgetTable
from console.pages.call_paths.words import moment, share
from console.parts import figure, hint, problem
from console.section import Section
from switchboard.timestamps import format_iso
from tools.ivr_report.journey import HUNG_UP, Journey
from tools.ivr_report.moves import Move
from tools.ivr_report.paths import Paths, summarise_journeys

_LOCAL_SECONDS: Final = 10
_DEPLOYED_SECONDS: Final = 300
"""How old an answer may be; the button looks up at once."""

_TIMES: Final = 60
"""An answer is kept so many times as long as it took, where that is longer."""


class Overview:
    """The part of the page about many calls."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._answer = ""
        self.calls: Sequence[Journey] = ()
        self._bar = SelectionBar(console, self._begin, self._filter)
        self._place = ui.element("div").classes("body parts")
        self._begin()

    def _begin(self) -> None:
        """Look up what is selected now, in place of what was."""
        selection = self._bar.chosen.selection
        if self._answer:
            self._console.answers.forget(self._answer)
        self._answer = f"call paths {selection}"
        self._place.clear()
        with self._place:
            self._section = Section(
                self._console,
                "How callers move",
                self._answer,
                lambda: load_sample(self._console, selection),
                self._draw,
                seconds=max(
                    _LOCAL_SECONDS if self._console.platform else _DEPLOYED_SECONDS,
                    _TIMES * self._bar.chosen.took,
                ),
            )
            self._rest = ui.element("div").classes("body parts")
        self._section.others.append(self._rest)

    async def _filter(self) -> None:
        await self._section.show()

    def _draw(self, sample: Sample) -> None:
        self._bar.note_time(sample.took)
        self.calls = (*sample.journeys, *sample.unfinished)
        self._bar.offer({flow for journey in sample.journeys for flow in journey.flows})
        _say_what_is_missing(sample)
        errors = [journey for journey in sample.journeys if journey.failures]
        only_errors = self._bar.chosen.only_errors
        if not self.calls:
            selection = self._bar.chosen.selection
            hint(_empty(selection, sample, is_local=self._console.platform is not None), "hourglass_empty")
            return
        _figures(sample, len(errors))
        journeys = errors if only_errors else sample.journeys
        listed = journeys if only_errors else sorted(self.calls, key=lambda one: one.started_at, reverse=True)
        paths = summarise_journeys(journeys) if only_errors else sample.paths
        _say_what_is_shown(sample)
        with self._rest:
            widgets_place = ui.element("div").classes("body")
            calls = CallList(self._console, listed)
        if not paths.moves:
            hint("No call had an error." if only_errors else "No path of these calls is complete yet.")
            return
        self._bands(paths, journeys, calls)
        with widgets_place:
            WidgetTable(
                paths,
                lambda name: calls.choose(f"through {name}", [one for one in journeys if name in one.names]),
            )

    def _bands(self, paths: Paths, journeys: Sequence[Journey], calls: CallList) -> None:
        def choose(move: Move) -> None:
            one, two = (place.label for place in move)
            found = [each for each in journeys if move in paths.layout.moves(each.names, each.ending)]
            calls.choose(f"from {one} to {two}", found)

        with ui.element("div").classes("scroll").props('tabindex="0" role="region"') as region:
            region.props["aria-label"] = "Moves between widgets"
            draw_sankey(paths.moves, choose)
        most = f"The {MOST} largest of {len(paths.moves):,} bands. " if len(paths.moves) > MOST else ""
        ui.label(
            f"{most}Press a band for its calls. "
            "Who goes back to an earlier widget begins a new round: menu (2)."
        ).classes("quiet")
        with ui.expansion(f"The bands as a table ({len(paths.moves):,})", icon="table_rows"):
            draw_bands(paths.moves, paths.calls, choose)


def _figures(sample: Sample, errors: int) -> None:
    read = len(sample.journeys)
    endings = sample.paths.endings
    with ui.element("div").classes("figures"):
        figure(f"{sample.total:,}", "calls")
        for name, count in endings.most_common():
            kind = "warn" if name == HUNG_UP else ""
            figure(share(count, read), f"{name}: {count:,}", kind)
        figure(f"{errors:,}", "with errors", "bad" if errors else "good")
        if sample.unfinished:
            figure(f"{len(sample.unfinished):,}", "not recorded yet")


def _say_what_is_shown(sample: Sample) -> None:
    first, last = (moment(one)[:16] for one in (sample.paths.earliest, sample.paths.latest))
    period = f"Calls from {first} to {last} UTC. " if first else ""
    looked_up = f"Looked up at {moment(format_iso(sample.at))[11:]} UTC. "
    ui.label(period + looked_up).classes("quiet")
    if sample.is_sample:
        hint(
            f"A sample: {sample.chosen:,} of {sample.total:,} calls were read, chosen evenly over the span. "
            f"Shares, bands, times and the list are of these."
        )


def _say_what_is_missing(sample: Sample) -> None:
    if sample.refusal:
        problem(f"The archive cannot be read, so older calls are missing. {sample.refusal}")
    if sample.is_cut:
        hint(f"Only the newest {MOST_LISTED:,} calls of the span are counted: choose a shorter one.")
    if sample.broken:
        hint(
            f"Left out, as they are no records of calls: {sample.broken:,} of the archive's objects.",
            "warning",
        )


def _empty(selection: Selection, sample: Sample, *, is_local: bool) -> str:
    if sample.total:
        return f"{sample.chosen:,} of {sample.total:,} calls were read; none of them went through this flow."
    what = " through this flow" if selection.flow else ""
    here = (
        "Call +1 202 555 0101 on the page Try it, and hang up: seconds later its path is here. "
        if is_local
        else ""
    )
    return f"No call{what} in this span. {here}docs/ivr-paths.md says how your flows report their calls here."

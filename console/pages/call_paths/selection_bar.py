"""What the page is about: a flow, a time span, and whether only calls with errors are shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.call_paths.flows import load_flow_names
from console.data.call_paths.selection import DAYS, SPANS, Selection
from console.parts import button
from console.refusal import REFUSALS

_KEPT: Final = "call paths"
_ALL: Final = "All flows"
_NAMES_SECONDS: Final = 300


@dataclass
class Chosen:
    """What the operator has chosen, which is kept while the page is not open.

    Attributes
    ----------
    selection : Selection
    only_errors : bool
    took : float
        How long the last look-up took, in seconds.
    """

    selection: Selection = field(default_factory=Selection)
    only_errors: bool = False
    took: float = 0.0


class SelectionBar:
    """The fields.

    Parameters
    ----------
    console
    changed
        Is called when another flow or span is chosen.
    filtered
        Is called when the switch was used.

    Attributes
    ----------
    chosen : Chosen
    """

    def __init__(self, console: Console, changed: Callable[[], Any], filtered: Callable[[], Any]) -> None:
        self._console, self._changed = console, changed
        # A copy: another open page has its own choice, and the last one made is where the next page begins.
        self.chosen = replace(console.kept.get(_KEPT, Chosen()))
        chosen = self.chosen.selection
        self._flows = {"": _ALL} | ({chosen.flow: chosen.flow} if chosen.flow else {})
        with ui.element("div").classes("line selection"):
            self._flow = ui.select(self._flows, value=chosen.flow, label="Flow", on_change=self._choose)
            self._span = ui.select(SPANS, value=chosen.span, label="Calls of", on_change=self._choose)
            for one in (self._flow, self._span):
                one.props("outlined dense options-dense")
            self._days = ui.element("div").classes("line")
            with self._days:
                self._first = _day_field("First day (UTC)", chosen.first)
                self._last = _day_field("Last day (UTC)", chosen.last)
                button("Show", "check", self._choose, "the calls of these days", kind="main")
            self._days.set_visibility(chosen.span == DAYS)
            errors = ui.switch("Errors only", value=self.chosen.only_errors)
            errors.on_value_change(lambda event: self._switch(event.value, filtered))
        ui.timer(0, self._name_flows, once=True)

    def note_time(self, took: float) -> None:
        """Note how long the last look-up took."""
        self.chosen.took = took
        self._keep()

    def offer(self, flows: Iterable[str]) -> None:
        """Offer flows that calls went through, also where Twilio names none."""
        self._offer({sid: sid for sid in flows if sid not in self._flows})

    async def _name_flows(self) -> None:
        try:
            names = await self._console.answers.get(
                "flow names", lambda: load_flow_names(self._console), _NAMES_SECONDS
            )
        except REFUSALS:
            return  # the page goes on with SIDs
        self._offer({sid: f"{name} ({sid[:6]}…)" if name else sid for sid, name in names.items()})

    def _offer(self, flows: dict[str, str]) -> None:
        if flows and not self._flow.is_deleted:
            self._flows = self._flows | flows
            self._flow.set_options(self._flows, value=self._flow.value)

    def _switch(self, only_errors: bool, filtered: Callable[[], Any]) -> Any:
        self.chosen.only_errors = only_errors
        self._keep()
        return filtered()

    def _choose(self) -> None:
        self._days.set_visibility(self._span.value == DAYS)
        wanted = Selection(
            self._flow.value,
            self._span.value,
            *((self._first.value, self._last.value) if self._span.value == DAYS else ("", "")),
        )
        problems = wanted.problems
        for name, shown in (("first", self._first), ("last", self._last)):
            is_asked = bool(self._first.value or self._last.value)
            shown.error = f"{name} day: {problems[name]}" if name in problems and is_asked else None
        if not problems and wanted != self.chosen.selection:
            self.chosen.selection = wanted
            self._keep()
            self._changed()

    def _keep(self) -> None:
        self._console.kept[_KEPT] = replace(self.chosen)


def _day_field(label: str, value: str) -> ui.input:
    shown = ui.input(label, value=value).props('type=date outlined dense stack-label min="2000-01-01"')
    return shown.classes("day")

"""One call's path as a time line: every step, sub-flows below the widget that ran them, and the values."""

import json
from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.call_paths.lookup import load_timeline
from console.data.call_paths.timeline import Timeline, TimelineStep, masked_value
from console.dialogs import window
from console.pages.call_paths.paged import Paged
from console.pages.call_paths.words import clock, moment, span
from console.parts import Words, badge, button, code, hint, text
from console.section import Section
from tools.ivr_report.records import Record

_ON_A_PAGE: Final = 100
_STATES: Final = {
    "linked": ("under way", "accent"),
    "ended": ("path not complete yet", "warn"),
    "recorded": ("recorded", "good"),
}
_ENDINGS: Final = {
    "hungUp": "the caller hung up",
    "flowEnded": "the flow ended",
    "stopped": "the flow was stopped",
}
_RETENTION: Final = "IvrPathSeconds"


class PathSection:
    """The section, and the page of the time line that is shown."""

    def __init__(self, console: Console, call_sid: str) -> None:
        self._console, self._call_sid = console, call_sid
        self._section: Section[Timeline | None] = Section(
            console,
            f"Path of {call_sid}",
            f"call path {call_sid}",
            lambda: load_timeline(console, call_sid),
            self._draw,
            seconds=5,
            every=10,
        )

    def _draw(self, timeline: Timeline | None) -> None:
        if timeline is None:
            hint(self._unknown())
            return
        record = timeline.record
        words, kind = _STATES.get(str(record.get("status")), ("", ""))
        with self._section.beside:
            badge(words, kind)
        with self._section.actions:
            button("Record", "data_object", lambda: self._show_record(record))
        self._facts(timeline)
        if not timeline.steps:
            hint("No steps are known yet: Studio tells them once the call has ended.", "hourglass_empty")
        elif record.get("status") == "linked":
            hint("The call is under way: these are the steps that Studio's events have told so far.")
        paged: Paged[TimelineStep] = Paged(
            "steps", _ON_A_PAGE, lambda steps, before: self._steps(steps, before, timeline.seconds)
        )
        paged.show(timeline.steps)
        self._others(timeline)

    def _unknown(self) -> str:
        kept = int(self._console.stack.parameters.get(_RETENTION, "0")) / 3600
        retention = f"Records are kept for {kept:,.0f} hours" if kept else "Records are kept for ever"
        return (
            "No path of this call is known, neither in the table nor in the archive. It may have gone "
            "through no flow that reports here: docs/ivr-paths.md says how a flow does. "
            f"{retention} ({_RETENTION}); ArchiveIvrPaths keeps finished ones in S3."
        )

    def _facts(self, timeline: Timeline) -> None:
        record, call = timeline.record, timeline.journey
        facts = {
            "Started (UTC)": moment(call.started_at),
            "From": self._console.masked_person(call.caller),
            "To": self._console.masked_person(call.called),
            "Direction": record.get("direction"),
            "Status": call.status,
            "Duration": None if call.seconds is None else clock(call.seconds),
            "Ended in": record.get("endedAt"),
            "How": _ENDINGS.get(str(record.get("endedReason"))),
            "Flows": ", ".join(call.flows),
        }
        with ui.element("dl").classes("facts"):
            for name, value in facts.items():
                if value:
                    with ui.element("div"):
                        Words("dt", name)
                        Words("dd", value).classes("data clamp")

    def _steps(self, steps: Sequence[TimelineStep], before: int, whole: float) -> None:
        with ui.element("ol").classes("timeline").props(f'start="{before + 1}" aria-label="Steps"'):
            for step in steps:
                self._step(step, whole)

    def _step(self, step: TimelineStep, whole: float) -> None:
        with ui.element("li").classes("failed" if step.failed else ""):
            with ui.element("div").classes("when"):
                ui.label(clock(step.began)).classes("at")
                _bar(step, whole)
                ui.label(span(step.seconds)).classes("took")
            with ui.element("div").classes("what").style(f"--depth: {step.depth}"):
                Words("h3", step.widget).classes("data clamp")
                if step.depth:
                    badge("sub-flow")
                if step.event:
                    badge(step.event, "bad" if step.failed else "accent")
                if step.following:
                    text(f"→ {step.following}", "quiet clamp")
            self._values(step.values)

    def _values(self, values: Sequence[tuple[str, str]]) -> None:
        if values:
            with ui.element("dl").classes("values"):
                for name, value in values:
                    with ui.element("div"):
                        Words("dt", name or "value").classes("data clamp")
                        shown = value if self._console.show_numbers else masked_value(value)
                        Words("dd", shown).classes("data mono lines")

    def _others(self, timeline: Timeline) -> None:
        if timeline.other:
            with ui.expansion(f"Values of {len(timeline.other)} other widgets", icon="data_object"):
                self._values(timeline.other)
        if not self._console.show_numbers and any(step.values for step in timeline.steps):
            ui.label("Values are masked; the eye above shows them.").classes("quiet")

    def _show_record(self, record: Record) -> None:
        shown = self._console.masked(record)
        if not self._console.show_numbers:
            call = {end: self._console.masked_person(str(record.get(end) or "")) for end in ("from", "to")}
            shown |= {**call, "widgets": "masked"}
        with window(ui.context.client, f"Record of {self._call_sid}"):
            code(json.dumps(shown, indent=2, ensure_ascii=False), "Record")


def _bar(step: TimelineStep, whole: float) -> None:
    left, width = (100 * min(1.0, part / whole) if whole else 0.0 for part in (step.began, step.seconds))
    with ui.element("div").classes("track").props('aria-hidden="true"'):
        ui.element("div").style(f"left: {left:.2f}%; width: {min(width, 100 - left):.2f}%")

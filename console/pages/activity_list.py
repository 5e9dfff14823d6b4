"""What happens, live: each thing below what caused it, the latest tree first."""

import json
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.activity import ActivityTrees, Step
from console.data.content import content
from console.data.phone import Line
from console.parts import Words, badge, code, hint, icon_button, problem, text
from console.refusal import REFUSALS, explain
from tools.phone.client import PhoneClient

_POLL_SECONDS: Final = 0.5
_SHOWN: Final = 20
_DEEPEST: Final = 8

_KINDS: Final = {
    "request": ("input", "Request"),
    "invocation": ("bolt", "Function"),
    "event": ("campaign", "Event"),
    "change": ("edit_note", "Data"),
    "message": ("mail", "Queue"),
    "twilio": ("public", "Twilio"),
}
"""Icon and name of each kind of entry."""

_IF_OPEN: Final = "(event) => { if (event.target.open) emit(); }"

_DETAILS: Final = {
    "params": "Parameters",
    "answer": "Answer",
    "detail": "Detail",
    "source": "Source",
    "error": "Error",
    "aws": "Calls to AWS",
    "twilio": "Calls to Twilio",
    "trigger": "Started by",
    "service": "Service",
    "key": "Key",
    "name": "Whole name",
}


class ActivityList:
    """The card with the trees of a platform."""

    def __init__(self, console: Console, client: PhoneClient) -> None:
        self._console = console
        self._trees = ActivityTrees(client)
        self._cards: dict[int, ui.element] = {}
        self._problem = ""
        with ui.element("section").classes("card happened") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "What happens")
                with ui.element("div").classes("end"):
                    icon_button("Clear the list", "clear_all", self._clear)
            self._body = ui.element("div").classes("body").props('tabindex="0" role="group"')
            self._body.props["aria-label"] = "Latest first"
            self._invite()
        card.props["aria-labelledby"] = heading.html_id
        ui.timer(_POLL_SECONDS, self.catch_up)

    async def show_cause(self, phone: str, line: Line) -> None:
        """Lead to what a line of a phone caused, or to what it was caused by."""
        await self.catch_up()
        trace = self._trace_of(phone, line)
        if trace not in self._cards:
            ui.notify("This made the app do nothing, or it is no longer in the list.")
            return
        for other, card in self._cards.items():
            card.classes(add="shown" if other == trace else "", remove="" if other == trace else "shown")
        self._cards[trace].run_method("focus")

    def _trace_of(self, phone: str, line: Line) -> int:
        if line.at:
            return self._trees.of_call(line.sid, line.at, by_person=line.who == "person")
        return self._trees.of_text(line.sid) if line.sid else self._trees.to_number(phone)

    async def catch_up(self) -> None:
        """Draw what has changed since the last time."""
        try:
            changed = await self._console.answers.do(self._trees.changed)
        except REFUSALS as error:
            self._refuse(explain(error))
            return
        if self._body.is_deleted:
            return
        if self._problem:
            self._problem = ""
            self._body.clear()
            self._invite()
        if changed and not self._cards:
            self._body.clear()
        for trace in changed:
            self._draw(trace)
        for trace in sorted(self._cards)[:-_SHOWN]:
            self._cards.pop(trace).delete()

    def _refuse(self, message: str) -> None:
        """Say once why nothing is known; it is read out."""
        if message != self._problem and not self._body.is_deleted:
            self._problem = message
            self._cards.clear()
            self._body.clear()
            with self._body:
                problem(message)

    def _draw(self, trace: int) -> None:
        if trace not in self._cards:
            with self._body:
                self._cards[trace] = ui.element("div").classes("tree").props('tabindex="-1" role="group"')
            self._cards[trace].move(target_index=0)
        card = self._cards[trace]
        at = f"{self._trees.at(trace)[11:19]} UTC"
        card.props["aria-label"] = f"What happened at {at}"
        card.clear()
        with card:
            ui.label(at).classes("quiet")
            for step in self._trees.steps(trace):
                _Step(self._console, step)

    def _clear(self) -> None:
        self._problem = ""
        self._trees.clear()
        self._cards.clear()
        self._body.clear()
        self._invite()

    def _invite(self) -> None:
        with self._body:
            hint(
                "Text or call the app. Here you see the webhook that Twilio sends, the function that answers "
                "it, what it changes, and what follows.",
                "touch_app",
            )


class _Step:
    """One step, whose details open; what a change left is looked up then."""

    def __init__(self, console: Console, step: Step) -> None:
        self._console, self._changed = console, step.changed
        icon, kind = _KINDS[step.kind]
        with ui.element("div").classes("step failed" if step.failed else "step") as element:
            element.style["--depth"] = str(min(step.depth, _DEEPEST))
            with ui.element("details") as self._details:
                with ui.element("summary").classes("line"):
                    ui.icon(icon).props('aria-hidden="true"')
                    ui.label(kind).classes("kind")
                    with ui.element("div").classes("what"):
                        text(console.masked(step.name), "mono")
                        for fact in step.facts:
                            badge(fact, "bad" if step.failed else "")
                for name, value in step.details.items():
                    ui.label(_DETAILS.get(name, name)).classes("quiet")
                    shown = console.masked(value)
                    whole = (
                        shown if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False)
                    )
                    code(whole, _DETAILS.get(name, name))
                if step.changed:
                    self._now = ui.element("div")
                    self._details.on("toggle", self._look, js_handler=_IF_OPEN)

    async def _look(self) -> None:
        if not self._changed:
            return
        changed = self._changed
        try:
            found = await self._console.answers.do(lambda: content(self._console, changed))
        except REFUSALS as error:
            found = explain(error)
        if not self._now.is_deleted:
            self._now.clear()
            with self._now:
                ui.label("As it is now").classes("quiet")
                code(found, "As it is now")

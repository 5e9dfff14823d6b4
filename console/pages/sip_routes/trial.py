"""Where would this address go, at that time: by the draft, the latest or the live version, with the TwiML."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.sip_draft import RouteDraft
from console.data.sip_versions import try_draft, try_version
from console.data.sip_words import destination_words
from console.parts import Words, badge, button, code, problem, text
from console.refusal import REFUSALS, explain

_VERSIONS: Final = {
    "draft": "What you have edited",
    "latest": "The latest version",
    "live": "The live version",
}


class TrialCard:
    """The card with the question and its answer."""

    def __init__(self, console: Console, draft: Callable[[], RouteDraft | None]) -> None:
        self._console, self._draft = console, draft
        with ui.element("section").classes("card") as card:
            heading = Words("h2", "Where would a call go?")
            self._address = ui.input("Address, such as 4321 or sip:4321@example.com")
            self._at = ui.input("When: empty for now, else 2027-01-04 07:30 (UTC)")
            for field in (self._address, self._at):
                field.props("outlined dense").on("keydown.enter", self._try)
            self._version = ui.select(_VERSIONS, value="draft", label="By")
            self._version.props("outlined dense options-dense")
            with ui.element("div").classes("line"):
                button("Try", "play_arrow", self._try, kind="main")
            self._answer = ui.element("div").classes("body").props('role="status"')
        card.props["aria-labelledby"] = heading.html_id

    async def _try(self) -> None:
        address = str(self._address.value or "").strip()
        question = {"address": address, **self._moment()}
        name, draft = str(self._version.value), self._draft()

        def ask() -> Mapping[str, Any]:
            now = datetime.fromtimestamp(self._console.stack.now() / 1000, UTC)
            if name == "draft" and draft is not None:
                return try_draft(draft, question, now)
            return try_version("latest" if name == "draft" else name, question, now)

        try:
            found = await self._console.answers.do(ask)
        except REFUSALS as error:
            message = explain(error)
            self._show(lambda: problem(message))
            return
        self._show(lambda: _draw(found))

    def _moment(self) -> Mapping[str, str]:
        words = str(self._at.value or "").strip()
        if not words:
            return {}
        moment = words.replace(" ", "T", 1)
        return {"at": moment if moment.endswith("Z") or "+" in moment else f"{moment}Z"}

    def _show(self, draw: Callable[[], None]) -> None:
        self._answer.clear()
        with self._answer:
            draw()


def _draw(found: Mapping[str, Any]) -> None:
    with ui.element("div").classes("line"):
        badge(str(found["match"]), "accent")
        if found["open"] is not None:
            badge("open" if found["open"] else "closed", "good" if found["open"] else "warn")
        text(f"{found['address']} {destination_words(found)}")
    if found["fallback"]:
        text(f"If that fails: {destination_words(found['fallback'])}", "quiet")
    twiml = str(found["twiml"]).replace("><", ">\n<")
    code(twiml, "TwiML")

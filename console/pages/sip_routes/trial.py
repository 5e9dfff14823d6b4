"""Where would this address go, at that time: by the draft, the latest or the live version, with the TwiML."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.trials import Trial, ask, moment_of, zones_of
from console.parts import Words, badge, button, code, hint, problem, text
from console.refusal import REFUSALS, explain
from switchboard.errors import BadRequest

_VERSIONS: Final = {
    "draft": "The routes above",
    "latest": "The latest version",
    "live": "The live version",
}


class TrialCard:
    """The card with the question and its answer."""

    def __init__(self, console: Console, draft: Callable[[], RouteDraft | None]) -> None:
        self._console, self._draft = console, draft
        with ui.element("section").classes("card") as card:
            heading = Words("h2", "Where would a call go?")
            self._address = ui.input("Called address", placeholder="4321, or sip:4321@example.com")
            with ui.element("div").classes("pair"):
                self._at = ui.input("When", placeholder="now, or 2027-01-04 07:30")
                self._zone = ui.select(["UTC"], value="UTC", label="Time zone")
                self._zone.on("focus", self._offer_zones)
            with ui.element("div").classes("pair"):
                self._version = ui.select(_VERSIONS, value="draft", label="By")
                self._call = ui.input("CallSid", placeholder="any; decides between shares")
            for field in (self._address, self._at, self._call):
                field.props("outlined dense stack-label").on("keydown.enter", self._try)
            for select in (self._version, self._zone):
                select.props("outlined dense options-dense")
            with ui.element("div").classes("line"):
                button("Try", "play_arrow", self._try, kind="main")
            self._answer = ui.element("div").classes("body").props('role="status"')
        card.props["aria-labelledby"] = heading.html_id

    def _offer_zones(self) -> None:
        """Offer the time zones that routes have hours in."""
        if (draft := self._draft()) is not None:
            zones = list(zones_of(draft.data))
            self._zone.set_options(zones, value=self._zone.value if self._zone.value in zones else "UTC")

    async def _try(self) -> None:
        address = str(self._address.value or "").strip()
        self._address.error = None if address else "must not be empty"
        self._at.error = self._call.error = None
        if not address:
            return
        name, zone, draft = str(self._version.value), str(self._zone.value), self._draft()
        data = draft.data if name == "draft" and draft is not None else None
        question: Mapping[str, str] = {
            "address": address,
            "CallSid": str(self._call.value or "").strip(),
            "version": "latest" if name == "draft" else name,
        }
        try:
            at = moment_of(str(self._at.value or ""), zone)
            question = {**question, "at": at} if at else question
            now = datetime.fromtimestamp(self._console.stack.now() / 1000, UTC)
            found = await self._console.answers.do(lambda: ask(question, zone, now, data))
        except BadRequest as error:
            self._show_errors(error)
        except REFUSALS as error:
            message = explain(error)
            self._show(lambda: problem(message))
        else:
            self._show(lambda: self._draw(found))

    def _show_errors(self, error: BadRequest) -> None:
        fields = {"address": self._address, "at": self._at, "CallSid": self._call}
        for one in error.errors:
            if one["field"] in fields:
                fields[one["field"]].error = one["message"]
        self._show(lambda: problem(error.message))

    def _show(self, draw: Callable[[], None]) -> None:
        if not self._answer.is_deleted:
            self._answer.clear()
            with self._answer:
                draw()

    def _draw(self, found: Trial) -> None:
        masked = self._console.masked
        with ui.element("div").classes("line"):
            badge(found.match, "accent")
            if found.is_open is not None:
                badge("open" if found.is_open else "closed", "good" if found.is_open else "warn")
            text(f"{masked(found.address)} {masked(found.words)}")
        if found.fallback:
            text(f"If that fails: {masked(found.fallback)}", "quiet")
        if found.is_shared:
            hint("Calls are shared out by their CallSid: this is where one of them goes.", "call_split")
        route = f"route {masked(found.route)}" if found.route else "the default route"
        text(f"At {found.at:%a %Y-%m-%d %H:%M %Z}, by {route}:", "quiet")
        text(masked(found.rule), "quiet lines")
        code(masked(_indented(found.twiml)), "TwiML")


def _indented(twiml: str) -> str:
    """Return TwiML with each verb and noun on a line of its own."""
    depth, lines = 0, []
    for line in twiml.replace("><", ">\n<").split("\n"):
        depth -= line.startswith("</")
        lines.append("  " * max(depth, 0) + line if line.startswith("<") else line)
        depth += line.startswith("<") and not line.startswith(("</", "<?")) and "</" not in line
        depth -= line.startswith("<") and line.endswith("/>")
    return "\n".join(lines)

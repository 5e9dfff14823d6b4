"""Finding one call by its SID, or the calls of a number."""

from collections.abc import Callable, Sequence

from nicegui import ui

from console.context import Console
from console.data.call_paths.lookup import CALL_SID, Found, find_calls, parse_wanted
from console.pages.call_paths.call_list import draw_calls, path_address
from console.parts import Words, button, hint, problem
from console.refusal import REFUSALS, explain
from tools.ivr_report.journey import Journey


class FindCard:
    """The card.

    Parameters
    ----------
    console
    seen
        Returns the calls that the page has read, which may be older than Twilio's list.
    """

    def __init__(self, console: Console, seen: Callable[[], Sequence[Journey]]) -> None:
        self._console, self._seen = console, seen
        with ui.element("section").classes("card") as card:
            heading = Words("h2", "Find a call")
            with ui.element("form").classes("line find") as form:
                self._wanted = ui.input("Call SID or number", placeholder="CA… or +12025550142")
                self._wanted.props("outlined dense maxlength=255 spellcheck=false autocomplete=off").classes(
                    "grow"
                )
                self._button = button("Find", "search", self._find, kind="main")
            form.on("submit.prevent", self._find)
            self._result = ui.element("div").classes("body").props('aria-live="polite"')
        card.props["aria-labelledby"] = heading.html_id

    async def _find(self) -> None:
        self._wanted.error = None
        try:
            wanted = parse_wanted(self._wanted.value or "")
        except ValueError as error:
            self._wanted.error = f"Call SID or number: {error}"
            return
        if CALL_SID.matches(wanted):
            ui.navigate.to(path_address(wanted))
            return
        self._button.props("loading")
        self._result.clear()
        try:
            found = await self._console.answers.do(lambda: find_calls(self._console, wanted, self._seen()))
        except REFUSALS as error:
            with self._result:
                problem(explain(error))
        else:
            with self._result:
                self._draw(found)
        finally:
            self._button.props(remove="loading")

    def _draw(self, found: Found) -> None:
        self._result.clear()
        if found.refusal:
            problem(f"Not every place could be looked at. {found.refusal}")
        if found.calls:
            draw_calls(self._console, "Calls of this number", found.calls)
        if found.without:
            hint(
                f"Twilio has {found.without:,} more of this number, of which no path is known: they went "
                "through no flow that reports here, or their records have expired."
            )
        elif not found.calls:
            hint("No call of this number is known, neither here nor at Twilio.")

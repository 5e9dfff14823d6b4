"""One conversation in a dialog: why it is open, and what the clean-up, TaskRouter and Twilio know of it."""

from nicegui import Client, ui

from console.context import Console
from console.data.conversations.details import Details, load_details
from console.data.moments import moment
from console.dialogs import window
from console.pages.conversations.headings import heading_of
from console.pages.looking_up import look_up
from console.parts import Words, button, hint, problem, text


class DetailsDialog:
    """A dialog that looks one conversation up when it is opened."""

    def __init__(self, console: Console, client: Client, sid: str) -> None:
        self._console, self._client, self._sid = console, client, sid

    async def open(self) -> None:
        """Open the dialog, and look the conversation up."""
        with window(self._client, "Conversation"):
            text(self._sid, "quiet mono")
            self._body = ui.element("div").classes("body").props('aria-live="polite"')
        await self._load()

    async def _load(self) -> None:
        self._body.clear()
        with self._body:
            ui.skeleton("text", width="60%")
        await look_up(
            self._console,
            lambda: load_details(self._console, self._sid),
            self._draw,
            self._draw_problem,
        )

    def _draw(self, found: Details) -> None:
        if self._body.is_deleted:
            return
        self._body.clear()
        with self._body:
            Words("h3", heading_of(self._console, found.conversation)).classes("data")
            hint(found.conversation.why)
            with ui.element("dl").classes("known"):
                for name, value in found.facts:
                    Words("dt", name)
                    Words("dd", value).classes("data")
            if found.written:
                Words("h3", "Latest messages")
                with ui.element("ul").classes("list"):
                    for one in found.written:
                        with ui.element("li"):
                            text(f"{moment(one.at)}, {one.author}", "quiet")
                            text(one.body, "lines").props('dir="auto"')

    def _draw_problem(self, message: str) -> None:
        if self._body.is_deleted:
            return
        self._body.clear()
        with self._body:
            problem(message)
            with ui.element("div").classes("line"):
                button("Try again", "refresh", self._load)

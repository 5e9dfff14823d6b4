"""One conversation in a dialog: why it is open, and what the clean-up, TaskRouter and Twilio know of it."""

from nicegui import Client, ui

from console.context import Console
from console.data.conversations.details import Details, load_details
from console.data.moments import moment
from console.dialogs import window
from console.pages.conversations.headings import heading_of
from console.pages.looking_up import LookedUp
from console.parts import Words, hint, text


class DetailsDialog:
    """A dialog that looks one conversation up when it is opened."""

    def __init__(self, console: Console, client: Client, sid: str) -> None:
        self._console, self._client, self._sid = console, client, sid

    async def open(self) -> None:
        """Open the dialog, and look the conversation up."""
        with window(self._client, "Conversation"):
            text(self._sid, "quiet mono")
            details = LookedUp(self._console, lambda: load_details(self._console, self._sid), self._draw)
        await details.show()

    def _draw(self, found: Details) -> None:
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

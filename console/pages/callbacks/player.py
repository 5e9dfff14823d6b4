"""The player of a voicemail: the recording is fetched first, so that a failure is said in words."""

from typing import Final

from nicegui import Client, ui

from console.context import Console
from console.data.callbacks.recording import PATH, shelf_of
from console.data.callbacks.words import person, recording_sid_of, transcript_of, words
from console.dialogs import window
from console.pages.looking_up import LookedUp
from console.parts import Words, text
from tools.open_work.callbacks import OpenCallback

_UNPLAYABLE: Final = "The browser cannot play the recording."


class PlayerDialog:
    """A dialog with the player and the transcript."""

    def __init__(self, console: Console, client: Client, item: OpenCallback) -> None:
        self._console, self._client, self._item = console, client, item

    async def open(self) -> None:
        """Open the dialog, and fetch the recording."""
        name = person(self._console, self._item.number)
        with window(self._client, f"Voicemail of {name}"):
            player = self._player = LookedUp(self._console, self._fetch, self._draw_audio, _draw_wait)
            if transcript := transcript_of(self._item):
                Words("h3", "Transcript")
                text(words(self._console, transcript), "lines said").props('dir="auto"')
        await player.show()

    def _fetch(self) -> str:
        """Fetch the recording, and return its SID."""
        sid = recording_sid_of(self._item)
        shelf_of(self._console).get(sid)
        return sid

    def _draw_audio(self, sid: str) -> None:
        audio = ui.audio(PATH + sid, autoplay=True).classes("player")
        audio.props["aria-label"] = "Recording"
        audio.on("error", lambda: self._player.refuse(_UNPLAYABLE))


def _draw_wait() -> None:
    with ui.element("div").classes("line"):
        ui.spinner().props('aria-hidden="true"')
        ui.label("The recording is being fetched …")

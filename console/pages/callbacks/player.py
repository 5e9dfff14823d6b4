"""The player of a voicemail: the recording is fetched first, so that a failure is said in words."""

from typing import Final

from nicegui import Client, ui

from console.context import Console
from console.data.callbacks.recording import PATH, shelf_of
from console.data.callbacks.words import person, recording_sid_of, transcript_of, words
from console.dialogs import window
from console.pages.looking_up import look_up
from console.parts import Words, button, problem, text
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
            self._player = ui.element("div").classes("body").props('aria-live="polite"')
            if transcript := transcript_of(self._item):
                Words("h3", "Transcript")
                text(words(self._console, transcript), "lines said").props('dir="auto"')
        await self._load()

    async def _load(self) -> None:
        sid = recording_sid_of(self._item)
        self._draw_loading()
        await look_up(
            self._console,
            lambda: shelf_of(self._console).get(sid),
            lambda _: self._draw_audio(sid),
            self._draw_problem,
        )

    def _draw_loading(self) -> None:
        self._player.clear()
        with self._player, ui.element("div").classes("line"):
            ui.spinner().props('aria-hidden="true"')
            ui.label("The recording is being fetched …")

    def _draw_audio(self, sid: str) -> None:
        if self._player.is_deleted:
            return
        self._player.clear()
        with self._player:
            audio = ui.audio(PATH + sid, autoplay=True).classes("player")
            audio.props["aria-label"] = "Recording"
            audio.on("error", lambda: self._draw_problem(_UNPLAYABLE))

    def _draw_problem(self, message: str) -> None:
        if self._player.is_deleted:
            return
        self._player.clear()
        with self._player:
            problem(message)
            with ui.element("div").classes("line"):
                button("Try again", "refresh", self._load)

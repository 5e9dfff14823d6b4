"""One callback of the list: whose it is, its place, and what was said."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from nicegui import Client, ui

from console.context import Console
from console.data.callbacks.board import Board
from console.data.callbacks.words import (
    attempts_in_words,
    is_deleted,
    messages_of,
    next_opening_of,
    person,
    recording_sid_of,
    transcript_of,
    words,
)
from console.pages.ages import Ages, since
from console.pages.callbacks.history_dialog import HistoryDialog
from console.pages.callbacks.player import PlayerDialog
from console.parts import Words, badge, button, text
from tools.open_work.callbacks import OpenCallback

_STATES: Final = {
    "pending": ("waiting", "accent"),
    "reserved": ("offered to an agent", "accent"),
    "assigned": ("with an agent", "good"),
    "wrapping": ("being wrapped up", "good"),
}
_MOST_MESSAGES: Final = 3


def draw_callback(console: Console, client: Client, board: Board, item: OpenCallback, ages: Ages) -> None:
    """Draw one callback with its buttons.

    Parameters
    ----------
    console
    client
        In whose page dialogs are drawn: the list may be drawn anew while one is open.
    board
    item
    ages
        Of the list.
    """
    name = person(console, item.number)
    with ui.element("li"):
        with ui.element("div").classes("line"):
            Words("h3", name).classes("data")
            badge(item.kind, "accent" if item.kind == "voicemail" else "")
            if item.task is not None:
                badge(*_STATES.get(item.task.status, (item.task.status, "")))
            if item.is_to_be_told:
                badge("TaskRouter is to be told", "warn")
            with ui.element("div").classes("end"):
                if recording_sid_of(item):
                    button("Play", "play_arrow", partial(PlayerDialog(console, client, item).open), name)
                button("History", "history", HistoryDialog(console, client, item).open, name)
        ages.show(lambda now: ", ".join(_facts(board, item, now)))
        if moment := next_opening_of(item):
            text(f"Asked for outside the hours; the team was next there on {moment}.", "quiet")
        _draw_said(console, item)


def _facts(board: Board, item: OpenCallback, now: int) -> Iterator[str]:
    task = item.task
    if task is not None and task.place:
        yield f"place {task.place:,} of {task.places:,} in {task.queue}"
    elif task is not None:
        yield f"taken from {task.queue}"
    else:
        yield "in no queue yet"
    if task is not None and task.priority:
        yield f"priority {task.priority:,}"
    yield f"open for {since(item.since, now)}"
    asked = min((said.since for said in messages_of(item) if said.since), default=0)
    if 0 < asked < item.since - 60_000:
        yield f"first asked for {since(asked, now)} ago"
    yield attempts_in_words(item.attempts, board.most_attempts)


def _draw_said(console: Console, item: OpenCallback) -> None:
    said = [one.message for one in messages_of(item) if one.message]
    for message in said[:_MOST_MESSAGES]:
        text(f"“{words(console, message)}”", "lines clamp").props('dir="auto"')
    if len(said) > _MOST_MESSAGES:
        ui.label(f"and {len(said) - _MOST_MESSAGES:,} more messages: see its history").classes("quiet")
    if transcript := transcript_of(item):
        with ui.element("div").classes("said-by-phone"):
            ui.icon("voicemail").props('aria-hidden="true"')
            text(words(console, transcript), "lines clamp").props('dir="auto"')
    elif is_deleted(item):
        ui.label("The recording was deleted.").classes("quiet")

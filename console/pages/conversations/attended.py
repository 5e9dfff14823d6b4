"""The section of conversations whose task is open, which the clean-up leaves alone."""

from nicegui import ui

from console.context import Console
from console.data.conversations.boards import (
    ATTENDED_ANSWER,
    ATTENDED_SECONDS,
    AttendedBoard,
    load_attended,
)
from console.pages.conversations.entries import ConversationList
from console.parts import hint
from console.section import Section
from tools.open_work.tasks import MOST_TASKS


class AttendedSection:
    """The section, and the page of its list that is shown."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._client = ui.context.client
        self._page = 1
        self._section = Section(
            console,
            "With an open task",
            ATTENDED_ANSWER,
            lambda: load_attended(console),
            self._draw,
            seconds=ATTENDED_SECONDS,
            every=15,
        )

    def _draw(self, board: AttendedBoard) -> None:
        if not board.has_workspace:
            hint("The setting WorkspaceSid is empty, so TaskRouter cannot be asked for open tasks.")
            return
        if board.is_cut:
            hint(f"TaskRouter's oldest {MOST_TASKS:,} open tasks are read; there may be more.")
        sids = list(board.by_conversation)
        if not sids:
            hint("No agent is to answer, or answers, in a conversation.", "check_circle")
            return
        many = f"{len(sids):,} conversations, the oldest task first"
        ui.label("One conversation" if len(sids) == 1 else many).classes("quiet")
        ConversationList(
            self._console, self._client, sids, board.clock_ahead, page=self._page, turned=self._turn
        )

    def _turn(self, page: int) -> None:
        self._page = page

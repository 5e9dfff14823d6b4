"""The section of conversations that wait for the clean-up, with the way to one of them and a run at once."""

import re
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.conversations.boards import MOST, WAITING_ANSWER, WaitingBoard, load_waiting
from console.data.conversations.run import run_cleanup
from console.dialogs import ask, tell
from console.pages.conversations.details_dialog import DetailsDialog
from console.pages.conversations.entries import ConversationList
from console.parts import button, figure, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section
from tools.stack.table import age

_SID: Final = re.compile(r"CH[0-9a-fA-F]{32}")
_WRONG: Final = "SID must be CH and 32 hexadecimal digits"
_WAYS: Final = {
    "close": "closes them for good; their messages stay readable",
    "deactivate": "marks them as inactive",
    "delete": "deletes them with their messages, for good",
}


class WaitingSection:
    """The section, and the page of its list that is shown."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._client = ui.context.client
        self._page = 1
        self._section = Section(
            console,
            "Waiting for the clean-up",
            WAITING_ANSWER,
            lambda: load_waiting(console),
            self._draw,
            seconds=10,
            every=15,
        )
        self._draw_search()

    def _draw_search(self) -> None:
        with self._section.card, ui.element("div").classes("choice narrow") as row:
            self._sid = ui.input("Conversation's SID (CH…)")
            self._sid.props("outlined dense clearable maxlength=64")
            self._sid.on_value_change(self._forgive)
            self._sid.on("keydown.enter", self._find)
            with ui.element("div").classes("line"):
                button("Why is it open?", "search", self._find)
        row.move(target_index=1)

    def _forgive(self) -> None:
        self._sid.error = None

    async def _find(self) -> None:
        sid = str(self._sid.value or "").strip()
        if not _SID.fullmatch(sid):
            self._sid.error = _WRONG
            return
        await DetailsDialog(self._console, self._client, sid).open()

    def _draw(self, board: WaitingBoard) -> None:
        cleanup = board.cleanup
        with ui.element("div").classes("figures"):
            due, waiting = board.figures
            figure(due, "due now", "warn" if board.due else "")
            figure(waiting, "not quiet for long enough")
        text(
            f"A conversation is released once it was quiet for {age(cleanup.quiet_ms / 1000)} and has no "
            f"open task. The clean-up runs by {cleanup.schedule or 'no schedule'}.",
            "quiet",
        )
        if board.due:
            with self._section.actions:
                button("Run the clean-up now …", "cleaning_services", lambda: self._ask_to_run(board))
        if board.is_cut:
            hint(
                f"The {MOST:,} that have been idle for the longest are listed; there are more. "
                "Any other is found by its SID."
            )
        if not board.sids:
            hint(
                "No conversation waits to be closed. One does once its task has ended, or once a message has "
                "started it: docs/outbound.md has the request.",
                "check_circle",
            )
            return
        ConversationList(
            self._console, self._client, board.sids, board.clock_ahead, page=self._page, turned=self._turn
        )

    def _turn(self, page: int) -> None:
        self._page = page

    async def _ask_to_run(self, board: WaitingBoard) -> None:
        number = "One conversation is" if board.due == 1 else f"{board.figures[0]} conversations are"
        about = (
            f"{number} due. The clean-up {_WAYS.get(board.cleanup.mode, 'releases them')}.\n"
            "One in which a participant has written since, or whose task is open, stays."
        )
        question, no = "Run the clean-up now?", "Leave it to its schedule"
        if await ask(self._client, question, about, "Run it", "cleaning_services", no=no):
            await self._run()

    async def _run(self) -> None:
        try:
            await self._console.answers.do(lambda: run_cleanup(self._console), WAITING_ANSWER, "open work")
        except REFUSALS as error:
            tell(self._client, explain(error), is_good=False)
        else:
            tell(self._client, "The clean-up runs; what it releases goes from the list.", is_good=True)

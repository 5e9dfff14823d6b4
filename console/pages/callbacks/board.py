"""The list of open callbacks and voicemails, and what is chosen of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.callbacks.board import (
    ANSWER,
    MOST_RECORDS,
    TO_BE_TOLD,
    WAITING,
    WITH_AGENT,
    Board,
    Choice,
    load_board,
)
from console.pages.ages import Ages
from console.pages.callbacks.entry import draw_callback
from console.parts import badge, figure, hint
from console.section import Section
from tools.open_work.callbacks import OpenCallback
from tools.open_work.tasks import MOST_TASKS

_ON_A_PAGE: Final = 25
_KINDS: Final = {"": "Callbacks and voicemails", "callback": "Callbacks", "voicemail": "Voicemails"}
_STATES: Final = {
    "": "Any state",
    WAITING: "Waiting",
    WITH_AGENT: "With an agent",
    TO_BE_TOLD: "TaskRouter is to be told",
}


class CallbackBoard:
    """The section, what is chosen, and the page of the list that is shown."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._client = ui.context.client
        self._choice, self._page = Choice(), 1
        self._board: Board | None = None
        self._section = Section(
            console,
            "Open callbacks and voicemails",
            ANSWER,
            lambda: load_board(console),
            self._draw,
            seconds=10,
            every=15,
        )
        self._draw_choice()

    # ── what is chosen ───────────────────────────────────────────────────────────────────────────────

    def _draw_choice(self) -> None:
        """Draw the fields above the list, which keep what was typed when the list is drawn anew."""
        with self._section.card, ui.element("div").classes("choice") as row:
            self._queues = self._select("Queue", {"": "All queues"}, "queue")
            self._select("Kind", _KINDS, "kind")
            self._select("State", _STATES, "state")
            words = ui.input("Number, words or task SID")
            words.on_value_change(lambda event: self._chosen(words=event.value))
            words.props("outlined dense clearable debounce=300 maxlength=200")
        row.move(target_index=1)

    def _select(self, label: str, options: Mapping[str, str], name: str) -> ui.select:
        return ui.select(
            dict(options),
            label=label,
            value="",
            on_change=lambda event: self._chosen(**{name: event.value}),
        ).props("outlined dense options-dense")

    def _chosen(self, **chosen: Any) -> None:
        for name, value in chosen.items():
            setattr(self._choice, name, value or "")
        self._page = 1
        self._list.refresh()

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────

    def _draw(self, board: Board) -> None:
        self._board = board
        self._offer_queues(board.queues)
        if not board.has_workspace:
            hint(
                "The setting WorkspaceSid is empty, so TaskRouter is not asked. Only callbacks without a "
                "task are shown."
            )
        with ui.element("div").classes("figures"):
            figure(f"{board.in_state(WAITING):,}", "waiting")
            figure(f"{board.in_state(WITH_AGENT):,}", "with an agent")
            told = board.in_state(TO_BE_TOLD) + board.left_out
            figure(f"{told:,}", "TaskRouter is to be told", "warn" if told else "")
        with self._section.beside:
            if board.is_open:
                badge("the team is there", "good")
            else:
                badge(f"closed until {board.opening}" if board.opening != "never" else "closed", "warn")
        self._say_what_is_left_out(board)
        self._list()

    def _say_what_is_left_out(self, board: Board) -> None:
        if board.is_cut:
            hint(f"TaskRouter's oldest {MOST_TASKS:,} open tasks are read; there may be more.")
        if board.left_out:
            hint(
                f"Of those that TaskRouter is to be told of, the oldest {MOST_RECORDS:,} are read; "
                f"{board.left_out:,} more are counted only."
            )

    def _offer_queues(self, queues: Sequence[str]) -> None:
        options = {"": "All queues", **{name: name for name in queues}}
        chosen = self._choice.queue
        if chosen:
            options.setdefault(chosen, chosen)
        if options != self._queues.options:
            self._queues.set_options(options, value=chosen)

    @ui.refreshable_method
    def _list(self) -> None:
        board = self._board
        if board is None:
            return
        if not board.items:
            hint(
                "Nobody waits to be called back. Ask for a callback yourself: `make phone`, call a number, "
                "and press * while you wait.",
                "check_circle",
            )
            return
        found = self._choice.of(board.items)
        if not self._choice.is_everything:
            ui.label(f"{len(found):,} of {len(board.items):,}").classes("quiet").props('role="status"')
        if not found:
            hint("None is like this. Choose less above.", "search_off")
            return
        self._draw_page(board, found)

    def _draw_page(self, board: Board, found: Sequence[OpenCallback]) -> None:
        last = -(-len(found) // _ON_A_PAGE)
        self._page = min(self._page, last)
        start = (self._page - 1) * _ON_A_PAGE
        ages = Ages(self._console, board.clock_ahead)
        with ui.element("ul").classes("list"):
            for item in found[start : start + _ON_A_PAGE]:
                draw_callback(self._console, self._client, board, item, ages)
        if last > 1:
            ui.pagination(1, last, value=self._page, direction_links=True, on_change=self._turn).props(
                "max-pages=7"
            )

    def _turn(self, event: Any) -> None:
        self._page = int(event.value)
        self._list.refresh()

"""A list of conversations, of which one page is looked up and shown at a time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from nicegui import Client, ui

from console.context import Console
from console.data.conversations.boards import (
    ATTENDED_ANSWER,
    ATTENDED_SECONDS,
    OpenConversation,
    load_attended,
    load_page,
)
from console.data.moments import moment
from console.pages.ages import Ages, relative
from console.pages.conversations.details_dialog import DetailsDialog
from console.pages.conversations.headings import heading_of
from console.pages.looking_up import look_up
from console.parts import Words, badge, button, problem, text
from console.refusal import REFUSALS
from tools.open_work.tasks import OpenTask

_ON_A_PAGE: Final = 25
_EVERY_SECONDS: Final = 15


class ConversationList:
    """The list, and the page of it that is shown; drawn where it is made.

    Parameters
    ----------
    console
    client
        In whose page dialogs are drawn: the list may be drawn anew while one is open.
    sids
        All of the list.
    clock_ahead
        By how many ms the stack's clock is ahead of this machine's.
    page
        The page that is shown first.
    turned
        Is told the page that was turned to.
    """

    def __init__(
        self,
        console: Console,
        client: Client,
        sids: Sequence[str],
        clock_ahead: int,
        *,
        page: int,
        turned: Callable[[int], None],
    ) -> None:
        self._console, self._client, self._sids, self._clock_ahead = console, client, sids, clock_ahead
        self._turned = turned
        last = max(1, -(-len(sids) // _ON_A_PAGE))
        self._page = min(page, last)
        self._drawn: Sequence[OpenConversation] | None = None
        self._body = ui.element("div").classes("body").props('aria-busy="true"')
        with self._body:
            ui.skeleton("text", width="60%")
        if last > 1:
            ui.pagination(1, last, value=self._page, direction_links=True, on_change=self._turn).props(
                "max-pages=7"
            )
        ui.timer(0, self._fill, once=True)
        ui.timer(_EVERY_SECONDS, self._fill, immediate=False)

    async def _turn(self, event: Any) -> None:
        self._page = int(event.value)
        self._turned(self._page)
        await self._fill()

    async def _fill(self) -> None:
        """Look the page's conversations up, and draw them where they have changed."""
        page = self._page
        start = (page - 1) * _ON_A_PAGE
        sids = self._sids[start : start + _ON_A_PAGE]
        tasks = await self._tasks()
        await look_up(
            self._console,
            lambda: load_page(self._console, sids, tasks),
            partial(self._draw_if_changed, page),
            self._draw_problem,
        )

    def _draw_if_changed(self, page: int, found: Sequence[OpenConversation]) -> None:
        """Draw a page's conversations, unless another page was turned to meanwhile."""
        if page == self._page and found != self._drawn:
            self._drawn = found
            self._put(partial(self._draw, found))

    def _draw_problem(self, message: str) -> None:
        self._drawn = None
        self._put(partial(problem, message))

    async def _tasks(self) -> Mapping[str, OpenTask]:
        """Return the open tasks by conversation; none where TaskRouter refuses: its section says so."""
        try:
            board = await self._console.answers.get(
                ATTENDED_ANSWER, lambda: load_attended(self._console), ATTENDED_SECONDS
            )
        except REFUSALS:
            return {}
        return board.by_conversation

    def _put(self, draw: Callable[[], None]) -> None:
        if self._body.is_deleted:
            return
        self._body.props["aria-busy"] = "false"
        self._body.clear()
        with self._body:
            draw()

    def _draw(self, found: Sequence[OpenConversation]) -> None:
        ages = Ages(self._console, self._clock_ahead)
        with ui.element("ul").classes("list"):
            for one in found:
                self._draw_one(one, ages)

    def _draw_one(self, one: OpenConversation, ages: Ages) -> None:
        with ui.element("li"):
            with ui.element("div").classes("line"):
                Words("h3", heading_of(self._console, one)).classes("data")
                if one.attempts:
                    badge(f"tried {one.attempts} times", "warn")
                with ui.element("div").classes("end"):
                    dialog = DetailsDialog(self._console, self._client, one.sid)
                    button("Details", "info", dialog.open, one.sid)
            text(one.why)
            ages.show(partial(_times, one), "quiet")
            text(one.sid, "quiet mono clamp")


def _times(one: OpenConversation, now: int) -> str:
    parts = []
    if one.due_at:
        parts.append(f"due {relative(one.due_at, now)} ({moment(one.due_at)})")
    if one.last_at:
        parts.append(f"last activity {relative(one.last_at, now)}: {one.last_what}")
    return "; ".join(parts)

"""Try it: phones that text and call the app on this machine, and beside them what that makes happen."""

from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.context import Console
from console.data.phone import ConsolePhone, numbers
from console.frame import Page
from console.pages.activity_list import ActivityList
from console.pages.agent_card import AgentCard
from console.pages.conditions_card import ConditionsCard
from console.pages.phone_card import PhoneCard
from console.parts import button, problem
from console.refusal import REFUSALS, explain
from tools.phone.client import PhoneClient

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST: Final = 12025550142
_MOST: Final = 4
"""Phones on the page."""


def _show(console: Console) -> None:
    if console.platform:
        _Phones(console, console.platform)


class _Phones:
    def __init__(self, console: Console, client: PhoneClient) -> None:
        self._console, self._client = console, client
        self._numbers: Mapping[str, str] = {}
        self._shown = 0
        with ui.element("div").classes("try"):
            with ui.element("div").classes("body"):
                self._place = ui.element("div").classes("body")
                with ui.element("div").classes("line"):
                    self._more = button("Another phone", "add", self._add)
                AgentCard(console, client)
                ConditionsCard(console, client)
            with ui.element("div").classes("body"):
                ActivityList(console, client)
        ui.timer(0, self._begin, once=True)

    async def _begin(self) -> None:
        try:
            self._numbers = await self._console.answers.do(lambda: numbers(self._client))
        except REFUSALS as error:
            with self._place:
                problem(explain(error))
            return
        self._add()

    def _add(self) -> None:
        number = f"+{_FIRST + self._shown}"
        self._shown += 1
        with self._place:
            PhoneCard(self._console, ConsolePhone(self._client, number), self._numbers)
        self._more.set_visibility(self._shown < _MOST)


PAGE = Page(
    "/try",
    "Try it",
    "smartphone",
    "Text or call the app as a customer would, and watch what happens inside.",
    _show,
    local_only=True,
)

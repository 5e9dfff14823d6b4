"""Try it: phones that text and call the app on this machine, and beside them what that makes happen."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.phone import ConsolePhone
from console.data.phone_numbers import QUEUE, SIP_ADDRESS, first_number, numbers, sip_phone, unused_number
from console.frame import Page
from console.pages.activity_list import ActivityList
from console.pages.agent_card import AgentCard
from console.pages.conditions_card import ConditionsCard
from console.pages.phone_card import PhoneCard
from console.parts import button, problem
from console.refusal import REFUSALS, explain
from tools.phone.client import PhoneClient

_MOST: Final = 4
"""Phones on the page."""

_KEPT: Final = "phones"


def _show(console: Console) -> None:
    if console.platform:
        _Phones(console, console.platform)


class _Phones:
    """The phones that are out, which stay so when the page is loaded again, and what is beside them."""

    def __init__(self, console: Console, client: PhoneClient) -> None:
        self._console, self._client = console, client
        self._numbers: Mapping[str, str] = {}
        self._out: list[str] = console.kept.setdefault(_KEPT, [first_number()])
        with ui.element("div").classes("try"):
            with ui.element("div").classes("body"):
                self._place = ui.element("div").classes("body")
                with ui.element("div").classes("line") as self._more:
                    button("Another phone", "add", self._add_unused)
                    button("A caller in the queue", "phone_paused", self._add_waiting)
                    button("A SIP phone", "dialer_sip", self._add_sip)
                AgentCard(console, client)
                ConditionsCard(console, client)
            with ui.element("div").classes("body"):
                self._activity = ActivityList(console, client)
        ui.timer(0, self._begin, once=True)

    async def _begin(self) -> None:
        found = await self._ask(partial(numbers, self._client))
        if found is not None:
            self._numbers = found
            for number in self._out:
                self._draw(number)

    async def _add_unused(self) -> None:
        number = await self._ask(lambda: unused_number(self._client, self._out))
        if number:
            self._add(number)

    async def _add_waiting(self) -> None:
        number = await self._ask(lambda: unused_number(self._client, self._out))
        if number:
            await self._add(number, QUEUE).call()

    async def _add_sip(self) -> None:
        self._add(sip_phone(self._out))

    def _add(self, number: str, to: str = "") -> PhoneCard:
        self._out.append(number)
        return self._draw(number, to)

    def _draw(self, number: str, to: str = "") -> PhoneCard:
        phone = ConsolePhone(self._client, number)
        chosen = to or (SIP_ADDRESS if phone.is_sip else next(iter(self._numbers), ""))
        with self._place:
            card = PhoneCard(
                self._console,
                phone,
                self._numbers,
                chosen,
                partial(self._activity.show_cause, number),
                lambda: self._put_away(number),
            )
        self._count()
        return card

    def _put_away(self, number: str) -> None:
        if number in self._out:  # else another tab has put it away
            self._out.remove(number)
        self._count()

    def _count(self) -> None:
        self._more.set_visibility(len(self._out) < _MOST)

    async def _ask(self, load: Callable[[], Any]) -> Any:
        try:
            return await self._console.answers.do(load)
        except REFUSALS as error:
            with self._place:
                problem(explain(error))
            return None


PAGE = Page(
    "/try",
    "Try it",
    "smartphone",
    "Text or call the app as a customer would, and watch what happens inside.",
    _show,
    local_only=True,
)

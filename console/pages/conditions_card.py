"""Time and faults on a page: let time pass, let AWS or Twilio fail."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.conditions import (
    FAULTS,
    SPANS,
    TIMES,
    Conditions,
    conditions,
    end_faults,
    let_fail,
    let_pass,
)
from console.parts import Words, badge, button, text
from console.refusal import REFUSALS, explain
from tools.phone.client import PhoneClient
from tools.stack.table import age

_POLL_SECONDS: Final = 2.0


class ConditionsCard:
    """The card with the platform's clock and faults."""

    def __init__(self, console: Console, client: PhoneClient) -> None:
        self._console, self._client = console, client
        self._client_page = ui.context.client  # for messages
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "Time and faults")
                self._failing = ui.element("div")
            self._now = text("", "quiet")
            with ui.element("div").classes("line").props('role="group" aria-label="Let time pass"'):
                for span in SPANS:
                    button(f"+ {span}", "schedule", partial(self._let_pass, span))
            self._fault = ui.select(list(FAULTS), value=next(iter(FAULTS)), label="What fails")
            self._fault.props("outlined dense options-dense")
            with ui.element("div").classes("line"):
                button(f"Fail {TIMES} requests", "bolt", self._let_fail)
                button("Let nothing fail", "healing", self._end_faults)
        card.props["aria-labelledby"] = heading.html_id
        ui.timer(_POLL_SECONDS, self.catch_up)

    async def catch_up(self) -> None:
        """Draw the conditions now."""
        try:
            found = await self._console.answers.do(lambda: conditions(self._client))
        except REFUSALS as error:
            if not self._now.is_deleted:
                self._now.text = explain(error)
            return
        if not self._now.is_deleted:
            self._draw(found)

    def _draw(self, found: Conditions) -> None:
        ahead = f", {age(found.ahead)} ahead" if found.ahead >= 1 else ""
        self._now.text = f"{found.now[:16].replace('T', ' ')} UTC{ahead}"
        self._failing.clear()
        if found.failing:
            with self._failing:
                badge(f"{found.failing} requests are still to fail", "bad")

    async def _let_pass(self, span: str) -> None:
        ran = await self._do(lambda: let_pass(self._client, span))
        if ran is not None:
            with self._client_page:
                ui.notify(f"{span} later. Scheduled functions that ran: {', '.join(ran) or 'none'}")

    async def _let_fail(self) -> None:
        fault = str(self._fault.value)
        await self._do(lambda: let_fail(self._client, fault))

    async def _end_faults(self) -> None:
        await self._do(lambda: end_faults(self._client))

    async def _do(self, work: Callable[[], Any]) -> Any:
        try:
            return await self._console.answers.do(work)
        except REFUSALS as error:
            with self._client_page:
                ui.notify(explain(error), type="negative")
            return None
        finally:
            await self.catch_up()

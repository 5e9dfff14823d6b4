"""An agent on a page: is available or not, takes tasks, calls back, completes."""

from collections.abc import Callable
from typing import Any, Final

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from console.context import Console
from console.data.agent import Agent, Desk, Task
from console.data.callbacks.words import words
from console.parts import Words, badge, button, hint, problem, text
from console.refusal import REFUSALS, explain
from tools.phone.client import PhoneClient
from tools.stack.table import age

_POLL_SECONDS: Final = 1.5
_STATES: Final = {"pending": "", "reserved": "warn", "assigned": "accent", "wrapping": "accent"}


class AgentCard:
    """The card of the workspace's first worker."""

    def __init__(self, console: Console, client: PhoneClient) -> None:
        self._console = console
        self._agent = Agent(console.stack, client)
        self._desk: Desk | None = None
        self._client_page = ui.context.client  # a button may be gone when its work is done
        self._shown: Any = None
        self._is_busy = False
        with ui.element("section").classes("card") as card:
            with ui.element("div").classes("top"):
                heading = Words("h2", "Agent")
                with ui.element("div").classes("end"):
                    self._available = ui.switch("Available", on_change=self._become)
            self._body = ui.element("div").classes("body")
        card.props["aria-labelledby"] = heading.html_id
        ui.timer(_POLL_SECONDS, self.catch_up)

    async def catch_up(self) -> None:
        """Draw the tasks, where they have changed."""
        try:
            desk = await self._console.answers.do(self._agent.desk)
        except REFUSALS as error:
            message = explain(error)
            self._redraw(message, lambda: problem(message))
            return
        self._desk = desk
        statuses = [(task.sid, task.status, task.reservation_sid, task.message) for task in desk.tasks]
        self._redraw((desk.available, statuses), lambda: self._draw(desk))

    def _redraw(self, shown: Any, draw: Callable[[], None]) -> None:
        """Draw anew only what has changed, so that the focus stays on its button."""
        if shown == self._shown or self._body.is_deleted:
            return
        self._shown = shown
        self._body.clear()
        with self._body:
            draw()

    def _draw(self, desk: Desk) -> None:
        self._available.set_value(desk.available)
        if not desk.tasks:
            hint(
                "No task waits. Call the contact center, press * and ask to be called back.", "support_agent"
            )
            return
        with ui.element("ul").classes("list"):
            for task in desk.tasks:
                self._draw_task(task)

    def _draw_task(self, task: Task) -> None:
        with ui.element("li"):
            with ui.element("div").classes("line"):
                badge(task.status, _STATES.get(task.status, ""))
                text(self._console.masked(task.name))
                text(f"{task.kind}, {age(task.age_seconds)} old", "quiet")
            if task.message:
                text(words(self._console, task.message), "lines clamp")
            with ui.element("div").classes("line"):
                self._draw_actions(task)

    def _draw_actions(self, task: Task) -> None:
        about = task.sid[-6:]
        if task.reservation_sid:
            button("Accept", "check", lambda: self._do(lambda: self._agent.accept(task)), about, kind="main")
            button("Reject", "close", lambda: self._do(lambda: self._agent.reject(task)), about)
        elif task.status in {"assigned", "wrapping"}:
            if task.number:
                button("Call back", "call", lambda: self._do(lambda: self._agent.call_back(task)), about)
            button("Complete", "task_alt", lambda: self._do(lambda: self._agent.complete(task)), about)
        else:
            ui.label("Waits for an available agent.").classes("quiet")

    async def _become(self, event: ValueChangeEventArguments[Any]) -> None:
        desk = self._desk
        if desk is not None and event.value != desk.available:
            await self._do(lambda: self._agent.become(desk, available=event.value))

    async def _do(self, work: Callable[[], Any]) -> None:
        if self._is_busy:  # the second click of two
            return
        self._is_busy = True
        try:
            await self._console.answers.do(work)
        except REFUSALS as error:
            with self._client_page:
                ui.notify(explain(error), type="negative")
        finally:
            self._is_busy = False
        await self.catch_up()

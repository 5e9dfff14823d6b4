"""A phone on a page: its messages and its call, side by side."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.phone import ConsolePhone, Line, News
from console.parts import Words, badge, button, icon_button, text
from console.refusal import REFUSALS, explain

_KEYS: Final = ("123", "456", "789", "*0#")
_POLL_SECONDS: Final = 0.5
_SPEAK: Final = """
((words, language) => {
  if (!('speechSynthesis' in window)) return;
  const said = new SpeechSynthesisUtterance(words);
  if (language) said.lang = language;
  speechSynthesis.speak(said);
})(%s, %s);
"""

_SCROLL: Final = "(() => { const log = getHtmlElement(%d); if (log) log.scrollTop = log.scrollHeight; })()"


class PhoneCard:
    """A phone that a person holds.

    Parameters
    ----------
    console
    phone
    numbers
        Whom it can text and call: address, and what is shown for it.
    to
        Which of them is chosen at first.
    show_cause
        Leads to what a line caused.
    close
        Is called once the phone was put away.
    """

    def __init__(  # noqa: PLR0917
        self,
        console: Console,
        phone: ConsolePhone,
        numbers: Mapping[str, str],
        to: str,
        show_cause: Callable[[Line], Any],
        close: Callable[[], Any],
    ) -> None:
        self._console, self._phone = console, phone
        self._show_cause, self._close = show_cause, close
        self._state = ""
        self._held = True
        self._is_calling = False
        self._client_page = ui.context.client  # a button may be gone when its work is done
        with ui.element("section").classes("card") as self._card:
            with ui.element("div").classes("top"):
                heading = Words("h2", f"Phone {phone.number}").classes("data")
                with ui.element("div").classes("end"):
                    self._aloud = ui.switch("Aloud").props('aria-label="Read aloud what the app says"')
                    icon_button(f"Put away {phone.number}", "close", self._put_away)
            self._to = ui.select(
                dict(numbers),
                value=to,
                label="To: a number of the app, or any other, or a SIP address",
                with_input=True,
                new_value_mode="add-unique",
                key_generator=str,
            ).props("outlined dense options-dense")
            with ui.element("div").classes("phone one" if phone.is_sip else "phone"):
                self._chat: ui.element | None = None
                if not phone.is_sip:
                    self._draw_messages()
                self._draw_call()
            ui.timer(0, self._take_up, once=True)
            ui.timer(_POLL_SECONDS, self.catch_up)
        self._card.props["aria-labelledby"] = heading.html_id
        ui.context.client.on_delete(self._lay_down)

    async def catch_up(self) -> None:
        """Draw what has happened since the last time."""
        try:
            news = await self._console.answers.do(self._phone.news)
        except REFUSALS as error:
            self._tell(explain(error))
            return
        if not self._spoken.is_deleted:
            self._draw(news)

    def _draw_messages(self) -> None:
        with ui.element("div").classes("half"):
            Words("h3", "Messages")
            self._chat = _log("Messages")
            with ui.element("form").classes("line") as form:
                self._text = _field("Message", "Text the app")
                button("Send", "send", self._send_text, kind="main")
            form.on("submit.prevent", self._send_text)

    def _draw_call(self) -> None:
        with ui.element("div").classes("half"):
            with ui.element("div").classes("line"):
                Words("h3", "Call")
                self._status = ui.element("div")
            self._spoken = _log("Call")
            self._hint = ui.label().classes("quiet").props('role="status"')
            self._controls = ui.element("div").classes("body")
            self._show_controls("")

    def _show_controls(self, state: str) -> None:
        """Draw the buttons for a state: no call, a phone that rings, or a call."""
        self._controls.clear()
        with self._controls, ui.element("div").classes("line"):
            if state == "ringing":
                button("Answer", "call", lambda: self._act("answer"), kind="main")
                button("Decline", "call_end", lambda: self._act("decline"), kind="danger")
            elif state:
                self._draw_pad()
                button("Stay silent", "voice_over_off", lambda: self._act("silence"))
                button("Hang up", "call_end", lambda: self._act("hangup"), kind="danger")
            else:
                button("Call", "call", self._call, kind="main")

    def _draw_pad(self) -> None:
        with ui.element("div").classes("pad").props('role="group" aria-label="Dial pad"'):
            for key in "".join(_KEYS):
                ui.button(key, on_click=lambda key=key: self._act("press", digits=key), color=None).props(
                    "flat"
                )
        with ui.element("form").classes("line") as form:
            speech = _field("Speech", "Say something")
            icon_button("Say it", "record_voice_over", lambda: self._say(speech))
        form.on("submit.prevent", lambda: self._say(speech))

    def _draw(self, news: News) -> None:
        if self._chat:
            self._add_lines(self._chat, news.texts)
        self._add_lines(self._spoken, news.spoken)
        if self._aloud.value:
            for line in (*news.texts, *news.spoken):
                if line.who == "app":
                    words, language = json.dumps(line.words), json.dumps(line.language)
                    self._client_page.run_javascript(_SPEAK % (words, language))
        if self._hint.text != news.hint:
            self._hint.text = news.hint
        state = news.status if news.sid else ""
        if state != self._state:
            self._state = state
            self._status.clear()
            with self._status:
                if state:
                    badge(state, "accent")
            self._show_controls(state)

    async def _do(self, work: Callable[[], Any]) -> None:
        try:
            await self._console.answers.do(work)
        except REFUSALS as error:
            with self._client_page:
                ui.notify(explain(error), type="negative")
        await self.catch_up()

    async def _send_text(self) -> None:
        words, to = str(self._text.value or "").strip(), str(self._to.value or "")
        if words and to:
            self._text.value = ""
            await self._do(lambda: self._phone.text(to, words))

    async def _call(self) -> None:
        if self._is_calling:  # the second click of two
            return
        self._is_calling, to = True, str(self._to.value or "")
        try:
            await self._do(lambda: self._phone.call(to))
        finally:
            self._is_calling = False

    async def _say(self, field: ui.input) -> None:
        words = str(field.value or "").strip()
        if words:
            field.value = ""
            await self._act("say", text=words)

    async def _act(self, action: str, **fields: Any) -> None:
        await self._do(lambda: self._phone.act(action, **fields))

    async def _take_up(self) -> None:
        self._console.holders[self._phone.number] += 1
        await self._do(self._phone.take_up)

    async def call(self) -> None:
        """Call whom the phone has chosen."""
        await self._call()

    async def _put_away(self) -> None:
        await self._lay_down()
        self._card.delete()
        self._close()

    async def _lay_down(self) -> None:
        """Lay the phone down, unless the page was loaded again and holds it."""
        if not self._held:
            return
        self._held = False
        self._console.holders[self._phone.number] -= 1
        if self._console.holders[self._phone.number] > 0:
            return
        try:
            await self._console.answers.do(self._phone.lay_down)
        except REFUSALS:
            return  # the platform has gone, and the call with it

    def _add_lines(self, log: ui.element, lines: Sequence[Line]) -> None:
        if not lines:
            return
        with log:
            for line in lines:
                self._add_line(line)
        log.client.run_javascript(_SCROLL % log.id)

    def _add_line(self, line: Line) -> None:
        with ui.element("div").classes(f"said {line.who or 'aside'}"):
            text(line.words, "lines")
            if line.about:
                text(line.about, "about")
            if line.who:
                words = "What it caused" if line.who == "person" else "What caused it"
                icon_button(words, "account_tree", lambda: self._show_cause(line))

    def _tell(self, message: str) -> None:
        if not self._hint.is_deleted:
            self._hint.text = message


def _log(name: str) -> ui.element:
    log = ui.element("div").classes("talk").props('role="log" aria-live="polite" tabindex="0"')
    log.props["aria-label"] = name
    return log


def _field(name: str, placeholder: str) -> ui.input:
    field = ui.input(placeholder=placeholder).props("outlined dense autocomplete=off").classes("grow")
    field.props["aria-label"] = name
    return field

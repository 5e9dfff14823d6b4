"""What a respondent hears and reads at one moment of the survey, as it is edited."""

import json
import time
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.context import Console
from console.data.survey_files.analysis import Analysis
from console.data.survey_files.preview import (
    WELCOME,
    Occasion,
    Preview,
    is_question,
    moments,
    preview,
    question_moment,
)
from console.parts import Words, button, code, hint, text
from console.refusal import REFUSALS
from survey.domain.dialogue import MAX_MESSAGE_UNITS

if TYPE_CHECKING:
    from survey.domain.definition import Definition

_OCCASIONS: Final[dict[Occasion, str]] = {
    "": "asked",
    "wrong": "asked again: not understood",
    "silence": "asked again: nothing heard",
}
_HEAR: Final = """
((lines) => {
  if (!('speechSynthesis' in window)) return;
  speechSynthesis.cancel();
  for (const [words, language] of lines) {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = language;
    speechSynthesis.speak(said);
  }
})(%s);
"""
_SILENCE: Final = "if ('speechSynthesis' in window) speechSynthesis.cancel();"


class PreviewCard:
    """The card Preview.

    Parameters
    ----------
    console
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._client = ui.context.client
        self._definition: Definition | None = None
        self._shown: Preview | None = None
        with ui.element("section").classes("card") as card:
            heading = Words("h2", "Preview")
            with ui.element("div").classes("line"):
                self._moment = ui.select(
                    {WELCOME: "Welcome"}, value=WELCOME, label="Moment", on_change=self._draw
                ).props("outlined dense options-dense")
                self._moment.classes("grow")
                self._occasion = ui.select(
                    dict(_OCCASIONS), value="", label="It is", on_change=self._draw
                ).props("outlined dense options-dense")
            self._body = ui.element("div").classes("body")
        card.props["aria-labelledby"] = heading.html_id

    def show(self, analysis: Analysis) -> None:
        """Show a survey, at the moment that is chosen."""
        if analysis.definition is None:
            self._definition = self._shown = None
            self._body.clear()
            with self._body:
                hint(f"There is nothing to hear yet: {analysis.reason}", "voice_over_off")
            return
        is_new = analysis.definition != self._definition
        self._definition = analysis.definition
        found = dict(moments(analysis.definition))
        if self._moment.options != found:
            value = self._moment.value if self._moment.value in found else WELCOME
            self._moment.set_options(found, value=value)
        if is_new:
            self._draw()

    def choose(self, key: str) -> None:
        """Show a question."""
        if question_moment(key) in self._moment.options:
            self._moment.value = question_moment(key)

    def _draw(self) -> None:
        if self._definition is None:
            return
        moment = str(self._moment.value or WELCOME)
        self._occasion.set_visibility(is_question(moment))
        occasion: Occasion = self._occasion.value or ""
        found = preview(self._definition, moment, occasion, self._now())
        self._shown = found
        self._body.clear()
        with self._body, ui.element("div").classes("half"):
            self._draw_call(found)
        with self._body, ui.element("div").classes("half"):
            _draw_message(found)

    def _now(self) -> int:
        """Return the stack's time; this machine's where the platform does not answer."""
        try:
            return self._console.stack.now()
        except REFUSALS:
            return int(time.time() * 1000)

    def _draw_call(self, found: Preview) -> None:
        with ui.element("div").classes("line"):
            Words("h3", "On the phone")
            with ui.element("div").classes("end"):
                button("Hear it", "volume_up", self._hear)
                button("Stop", "volume_off", lambda: self._client.run_javascript(_SILENCE))
        for line in found.lines:
            with ui.element("div").classes("said"):
                spoken = text(line.text).props('dir="auto"')
                spoken.props["lang"] = line.language
                text(" · ".join(part for part in (line.language, line.voice) if part), "about")
        with ui.expansion("TwiML of the call", icon="code"):
            code(found.twiml, "TwiML of the call")

    def _hear(self) -> None:
        lines = [(line.text, line.language) for line in self._shown.lines] if self._shown else []
        self._client.run_javascript(_HEAR % json.dumps(lines))


def _draw_message(found: Preview) -> None:
    Words("h3", "In a text message")
    if not found.message:
        hint("No message is sent.", "speaker_notes_off")
        return
    with ui.element("div").classes("said"):
        text(found.message, "lines").props('dir="auto"')
    parts = f"{found.parts} SMS segment{'s' if found.parts > 1 else ''}"
    text(f"{found.units:,} of {MAX_MESSAGE_UNITS:,} characters, {parts}", "quiet")
    with ui.expansion("TwiML of the message", icon="code"):
        code(found.message_twiml, "TwiML of the message")

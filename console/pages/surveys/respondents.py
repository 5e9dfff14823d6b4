"""The section with respondents: a page of results, one found by number, and each one's talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from nicegui import ui

from console.context import Console
from console.data.surveys import respondents
from console.data.surveys.choice import Choice
from console.data.surveys.respondents import KINDS, PAGE_SIZE, STATUSES, row
from console.data.surveys.talk import Talk, load_talk
from console.dialogs import window
from console.parts import badge, button, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section
from survey.domain.results.entry import ResultEntry
from survey.domain.results.query import Position
from survey.result_list import ResultPage

_HIDDEN = "(masked)"


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A page, and what was asked for."""

    status: str
    after: Position | None
    page: ResultPage


class RespondentsSection:
    """The section.

    Parameters
    ----------
    console
    choice
    """

    def __init__(self, console: Console, choice: Choice) -> None:
        self._console, self._choice = console, choice
        self._client = ui.context.client
        self._status = ""
        self._before: Sequence[Position | None] = (None,)
        name = f"survey respondents {self._client.id}"
        self._section = Section(console, "Respondents", name, self._load, self._draw, seconds=0)
        self._client.on_delete(lambda: console.answers.forget(name))

    def _load(self) -> _Loaded:
        status, after = self._status, self._before[-1]
        return _Loaded(status, after, respondents.load_page(self._console, self._choice, status, after))

    def _draw(self, found: _Loaded) -> None:
        if (found.status, found.after) != (self._status, self._before[-1]):
            ui.timer(0, self._section.show, once=True)  # another page was asked for meanwhile
            return
        page = found.page
        with ui.element("div").classes("line"):
            shown = ui.select(
                STATUSES,
                value=self._status,
                label="Outcome",
                on_change=lambda event: self._filter(event.value),
            ).props("outlined dense options-dense")
            shown.classes("survey-choice")
            with ui.element("form").classes("survey-find") as form:
                self._field = ui.input("Number, CallSid or result file").props("outlined dense")
                self._field.classes("grow")
                button("Find", "search", self._find)
            form.on("submit.prevent", self._find)
        if not page.entries:
            hint(
                "No respondent in this time." if not self._status else "No respondent has this outcome.",
                "group",
            )
        with ui.element("ul").classes("list"):
            for entry in page.entries:
                self._draw_row(entry)
        with ui.element("div").classes("line"):
            pages = self._before
            if len(pages) > 1:
                button("Newer", "chevron_left", partial(self._turn, pages[:-1]))
            if page.last is not None:
                button("Older", "chevron_right", partial(self._turn, [*pages, page.last]))
        if page.entries:
            ui.label(f"The latest first, {PAGE_SIZE} at a time.").classes("quiet")

    def _draw_row(self, entry: ResultEntry) -> None:
        found = row(entry)
        shown = str(self._console.masked(found.respondent))
        with ui.element("li").classes("respondent"):
            with ui.element("div").classes("line"):
                text(shown, "mono")
                badge(STATUSES.get(found.status, found.status[:40]), KINDS.get(found.status, ""))
                with ui.element("div").classes("end"):
                    button("Talk", "forum", partial(self._open, entry), f"of {shown}")
            answers = "1 answer" if found.answers == 1 else f"{found.answers} answers"
            with ui.element("div").classes("line"):
                # Each isolated: a writing direction in one must not turn the others round.
                for words in (f"{found.started} UTC", found.medium, found.language, answers):
                    text(words, "quiet")

    async def _filter(self, status: str) -> None:
        self._status, self._before = status, (None,)
        await self._section.again()

    async def _turn(self, pages: Sequence[Position | None]) -> None:
        """Show the last of these pages; a second click of two leads to the same one."""
        self._before = pages
        await self._section.again()

    async def _find(self) -> None:
        words, field = str(self._field.value or ""), self._field
        try:
            found = await self._console.answers.do(lambda: respondents.find(self._choice.survey_id, words))
        except ValueError as error:
            field.error = str(error)
            return
        except REFUSALS as error:
            field.error = explain(error)
            return
        if found is None:
            field.error = "has no result in this survey"
            return
        field.error = None
        await self._open(found)

    async def _open(self, entry: ResultEntry) -> None:
        try:
            talk = await self._console.answers.do(lambda: load_talk(entry))
        except REFUSALS as error:
            with self._client:
                ui.notify(explain(error), type="negative")
            return
        with self._client:
            self._show(talk)

    def _show(self, talk: Talk) -> None:
        entry, is_open = talk.entry, self._console.show_numbers
        with window(self._client, f"Talk with {self._console.masked(entry.respondent)}"):
            with ui.element("div").classes("line"):
                badge(STATUSES.get(entry.status, entry.status[:40]), KINDS.get(entry.status, ""))
                if talk.is_opted_out:
                    badge("wants no messages", "warn")
                text(entry.survey_id, "quiet")
            if talk.problem:
                hint(talk.problem, "warning")
            with ui.element("div").classes("talk whole").props('tabindex="0" role="region"') as shown:
                shown.props["aria-label"] = "Talk"
                for turn in talk.turns:
                    kind = "aside" if turn.who == "note" else turn.who
                    words = turn.words if is_open or turn.who == "note" else _HIDDEN
                    with ui.element("div").classes(f"said {kind}"):
                        text(words, "lines").props('dir="auto"')
                        if turn.about:
                            text(turn.about, "about")
            ui.label(
                "Answers are as the result has them. Questions are worded as the survey's files say now, in "
                "the language of the session. Replies that did not answer a question are not stored."
                if is_open
                else "Words are masked: press the eye at the top to read them."
            ).classes("quiet")

"""Answers in respondents' own words: a list, the latest first, with a search for words."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from nicegui import ui

from console.context import Console
from console.data.surveys import texts
from console.data.surveys.choice import Choice
from console.data.surveys.respondents import time_words
from console.parts import button, hint, problem, text
from console.refusal import REFUSALS, explain

if TYPE_CHECKING:
    from console.data.surveys.texts import TextAnswer

_ON_A_PAGE: Final = 5


class TextList:
    """The list of one question.

    Parameters
    ----------
    console
    choice
    order
        The survey's questions in their order.
    names
        The questions whose answers are texts; they are read together.
    name
        The question.
    """

    def __init__(
        self, console: Console, choice: Choice, order: tuple[str, ...], names: Collection[str], name: str
    ) -> None:
        self._console, self._choice = console, choice
        self._order, self._names, self._name = order, names, name
        self._answers: Sequence[TextAnswer] = ()
        self._most = texts.FIRST_RESULTS
        self._is_capped, self._results = False, 0
        self._page = 1
        self._words = ""
        self._body = ui.element("div").classes("body").props('aria-busy="true"')
        with self._body:
            ui.skeleton("text", width="60%")
        ui.timer(0, self._load, once=True)

    async def _load(self) -> None:
        message = ""
        try:
            found = await self._console.answers.get(
                texts.answer_name(self._choice, self._most),
                lambda: texts.load_texts(self._console, self._choice, self._order, self._names, self._most),
                seconds=60,
            )
        except REFUSALS as error:
            message = explain(error)
        if self._body.is_deleted:
            return
        self._body.props["aria-busy"] = "false"
        self._body.clear()
        with self._body:
            if message:
                problem(message)
                return
            self._answers = found.by_question.get(self._name, ())
            self._is_capped, self._results = found.is_capped, found.results
            self._draw()

    def _draw(self) -> None:
        if not self._answers:
            hint("Nobody has answered it in this time.", "notes")
            return
        if not self._console.show_numbers:
            hint(
                "What people said is masked: press the eye at the top to read and search it.",
                "visibility_off",
            )
            return
        field = ui.input(
            placeholder="Search for words",
            value=self._words,
            on_change=lambda event: self._search(event.value),
        )
        field.props('outlined dense clearable debounce="250"').classes("survey-search")
        field.props["aria-label"] = f"Search the answers to {self._name}"
        self._list()

    async def _read_more(self) -> None:
        self._most = texts.MOST_RESULTS
        self._body.clear()
        with self._body:
            ui.label("Reading …").classes("quiet").props('role="status"')
        await self._load()

    def _search(self, words: object) -> None:
        self._words, self._page = str(words or ""), 1
        self._list.refresh()

    def _turn(self, page: int) -> None:
        self._page = page
        self._list.refresh()

    @ui.refreshable_method
    def _list(self) -> None:
        found = texts.search(self._answers, self._words)
        whole = f"{len(self._answers):,}"
        number = f"{len(found):,} of {whole}" if self._words.strip() else whole
        capped = f", in the latest {self._results:,} results" if self._is_capped else ""
        with ui.element("div").classes("line"):
            ui.label(f"Answers: {number}{capped}").classes("quiet").props('role="status"')
            if self._is_capped and self._most < texts.MOST_RESULTS:
                button(f"Read up to {texts.MOST_RESULTS:,}", "unfold_more", self._read_more, self._name)
        if not found:
            hint("No answer has these words.", "search_off")
            return
        last = -(-len(found) // _ON_A_PAGE)
        start = (self._page - 1) * _ON_A_PAGE
        with ui.element("ul").classes("list"):
            for answer in found[start : start + _ON_A_PAGE]:
                with ui.element("li"):
                    text(answer.text, "lines survey-text").props('dir="auto"')
                    text(f"{answer.respondent}, {time_words(answer.at)} UTC", "quiet")
        if last > 1:
            ui.pagination(
                1,
                last,
                value=self._page,
                direction_links=True,
                on_change=lambda event: self._turn(event.value),
            ).props("max-pages=4")

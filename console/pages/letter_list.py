"""The list of dead letters: why each failed, its content, and the buttons that resend or drop it."""

import json
from collections.abc import Collection, Sequence
from typing import Final, Literal

from nicegui import ui

from console.context import Console
from console.data import dead_letters
from console.dialogs import ask, window
from console.parts import Words, badge, button, code, hint, text
from console.refusal import REFUSALS, explain
from console.section import Section
from tools.dead_letters.letter import Letter

_ON_A_PAGE: Final = 10
_GONE: Final = "It is gone: another has resent or dropped it."


def letters_section(console: Console) -> None:
    """Draw the section of dead letters. Others look, too: it is looked up again only when it is asked for."""
    LetterList(console)


class LetterList:
    """The section, and the page of the list that is shown."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._page = 1
        self._client = ui.context.client  # the list may be drawn anew while a button's work is done
        self._section = Section(
            console,
            "Dead letters",
            dead_letters.ANSWER,
            lambda: dead_letters.load_letters(console),
            self._draw,
            seconds=30,
        )

    def _draw(self, letters: Sequence[Letter]) -> None:
        if not letters:
            hint("No dead letters: everything was processed.", "check_circle")
            return
        with self._section.beside:
            badge(f"{len(letters):,}", "bad")
        with self._section.actions:
            ids = [letter.id for letter in letters]
            button("Resend all", "replay", lambda: self._resend(ids))
        self._pages(letters)

    @ui.refreshable_method
    def _pages(self, letters: Sequence[Letter]) -> None:
        last = -(-len(letters) // _ON_A_PAGE)
        self._page = min(self._page, last)
        start = (self._page - 1) * _ON_A_PAGE
        with ui.element("ul").classes("list"):
            for letter in letters[start : start + _ON_A_PAGE]:
                self._draw_letter(letter)
        if last > 1:
            ui.pagination(
                1,
                last,
                value=self._page,
                direction_links=True,
                on_change=lambda event: self._turn(event.value),
            )

    def _turn(self, page: int) -> None:
        self._page = page
        self._pages.refresh()

    def _draw_letter(self, letter: Letter) -> None:
        row = dead_letters.row(self._console, letter)
        with ui.element("li"):
            with ui.element("div").classes("line"):
                Words("h3", row["what"] or row["kind"]).classes("data clamp")
                if row["event"]:
                    badge(row["event"], "accent")
                with ui.element("div").classes("end"):
                    self._actions(letter)
            text(row["why"], "mono lines")
            tries = f"tried {row['tries']} times, " if row["tries"] else ""
            text(f"{row['age']} ago, {tries}in {row['queue']}, {letter.id[:8]}", "quiet")

    def _actions(self, letter: Letter) -> None:
        name = letter.id[:8]
        for words, icon, do in (
            ("Content", "data_object", lambda: self._show_content(letter)),
            ("Resend", "replay", lambda: self._resend([letter.id])),
            ("Drop", "delete", lambda: self._ask_to_drop(letter)),
        ):
            button(words, icon, do, name)

    def _show_content(self, letter: Letter) -> None:
        whole = dead_letters.content(self._console, letter)
        with window(self._client, f"Dead letter {letter.id[:8]}"):
            code(json.dumps(whole, indent=2, ensure_ascii=False), "Content")

    async def _ask_to_drop(self, letter: Letter) -> None:
        question = f"Delete dead letter {letter.id[:8]} for good?"
        about = "What it holds will never be processed."
        if await ask(self._client, question, about, "Delete", "delete", no="Keep"):
            await self._drop([letter.id])

    async def _resend(self, ids: Collection[str]) -> None:
        try:
            done = await self._console.answers.do(
                lambda: dead_letters.resend(self._console, ids),
                dead_letters.ANSWER,
                "open work",
                "performance",
            )
        except REFUSALS as error:
            self._tell(explain(error), "negative")
            return
        for one in done:
            if one.problem:
                self._tell(f"{one.id[:8]} was not resent: {self._console.masked(one.problem)}", "negative")
        if sent := [one for one in done if not one.problem]:
            where = sent[0].where if len(sent) == 1 else f"{len(sent)} places"
            self._tell(f"Resent to {where}", "positive")
        elif not done:
            self._tell(_GONE)
        await self._section.show()

    async def _drop(self, ids: Collection[str]) -> None:
        try:
            number = await self._console.answers.do(
                lambda: dead_letters.drop(self._console, ids), dead_letters.ANSWER, "open work"
            )
        except REFUSALS as error:
            self._tell(explain(error), "negative")
            return
        self._tell("Deleted" if number else _GONE)
        await self._section.show()

    def _tell(self, message: str, kind: Literal["positive", "negative", "info"] = "info") -> None:
        with self._client:
            ui.notify(message, type=kind)

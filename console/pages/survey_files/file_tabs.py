"""The files of a survey, one of which is open."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from nicegui import ui

from console.data.survey_files.analysis import Analysis
from console.data.survey_files.drafts import SurveyDraft
from console.parts import button
from survey.domain.definition import config_file_name


class FileTabs:
    """A button for each file; they stay while one is pressed, so that the keyboard's focus does, too.

    Parameters
    ----------
    open_file
        Opens a file, by its key.
    add_language
    """

    def __init__(self, open_file: Callable[[str], Awaitable[None]], add_language: Callable[[], Any]) -> None:
        self._open, self._add_language = open_file, add_language
        self._buttons: dict[str, ui.button] = {}
        self._group = ui.element("div").classes("line").props('role="group" aria-label="Files of the survey"')

    def show(self, draft: SurveyDraft, opened: str, analysis: Analysis | None) -> None:
        """Show which files there are, which is open, and what is edited or faulty."""
        if list(self._buttons) != list(draft.keys):
            self._draw(draft.keys, config_file_name(draft.survey_id))
        languages = {key: language for language, key in draft.languages()}
        problems = analysis.problems if analysis else ()
        for key, shown in self._buttons.items():
            errors = sum(one.file == key and one.severity == "error" for one in problems)
            marks = ["edited"] if draft.drafts[key].is_changed else []
            marks += [f"{errors} error{'s' if errors > 1 else ''}"] if errors else []
            words = (languages.get(key) or key) if key in languages else "Questions"
            shown.text = f"{words} ({', '.join(marks)})" if marks else words
            is_open = key == opened
            shown.classes(add="main" if is_open else "plain", remove="plain" if is_open else "main")
            shown.props(add="unelevated" if is_open else "flat", remove="flat" if is_open else "unelevated")
            shown.props["aria-pressed"] = "true" if is_open else "false"

    def _draw(self, keys: Sequence[str], config: str) -> None:
        self._group.clear()
        self._buttons = {}
        with self._group:
            for key in keys:
                icon = "quiz" if key == config else "translate"
                self._buttons[key] = button("", icon, partial(self._open, key))
            button("New language", "add", self._add_language)

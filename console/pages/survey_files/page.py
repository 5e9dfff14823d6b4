"""Survey files: edit questions and prompts, with what is wrong, what is heard, and the ways through."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.survey_files.bucket import StoredFile, list_surveys, load_files
from console.data.survey_files.drafts import SurveyDraft
from console.frame import Page
from console.pages.survey_files.creation import ask_for_survey
from console.pages.survey_files.workspace import KEPT, Workspace, draw_empty
from console.parts import button
from console.section import Section
from survey.domain.definition import DEFAULT_SURVEY, is_survey_id

_SURVEYS: Final = "survey files surveys"
_CHOSEN: Final = "survey files chosen"


def _show(console: Console) -> None:
    wanted = ui.context.client.request.query_params.get("survey", "")
    if is_survey_id(wanted):
        console.kept[_CHOSEN] = wanted
    SurveyFilesPage(console)


class SurveyFilesPage:
    """The page: a choice of surveys, and the files of one of them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._survey = str(console.kept.get(_CHOSEN, DEFAULT_SURVEY))
        self._workspace: Workspace | None = None
        self._surveys = Section(
            console, "Surveys", _SURVEYS, lambda: list_surveys(console.stack), self._draw_surveys, seconds=10
        )
        with ui.element("div").classes("files"):
            self._left = ui.element("div").classes("body")
            self._beside = ui.element("div").classes("body")
        self._below = ui.element("div").classes("body")
        self._open_survey()

    def _draw_surveys(self, surveys: Sequence[str]) -> None:
        known = list(dict.fromkeys((*surveys, self._survey)))
        edited = {name for name in known if self._has_edits(name)}
        options = {name: name + (" (edited)" if name in edited else "") for name in known}
        with ui.element("div").classes("line"):
            ui.select(
                options,
                value=self._survey,
                label=f"Survey: {len(known):,}",
                with_input=True,
                on_change=lambda event: self._choose(event.value),
            ).props("outlined dense options-dense").classes("grow")
            button("New survey", "add", lambda: self._create(surveys))
        if self._console.platform:
            ui.label(
                "On this machine, make run uploads config-files/ when it starts and after each edit there: "
                "download what is to stay."
            ).classes("quiet")

    def _has_edits(self, survey_id: str) -> bool:
        folder = "" if survey_id == DEFAULT_SURVEY else f"surveys/{survey_id}/"
        kept: Mapping[str, Any] = self._console.kept.get(KEPT, {})
        return any(key.startswith(folder) if folder else not key.startswith("surveys/") for key in kept)

    def _choose(self, survey_id: str | None) -> None:
        if survey_id and survey_id != self._survey:
            self._survey, self._workspace = survey_id, None
            self._console.kept[_CHOSEN] = survey_id
            self._open_survey()

    def _open_survey(self) -> None:
        survey_id = self._survey
        for part in (self._left, self._beside, self._below):
            part.clear()
        with self._left:
            self._files = Section(
                self._console,
                f"Files of {survey_id}",
                f"survey files {survey_id}",
                lambda: load_files(self._console.stack, survey_id),
                self._draw_files,
                seconds=0,
            )

    def _draw_files(self, saved: Mapping[str, StoredFile]) -> None:
        for part in (self._beside, self._below):
            part.clear()
        draft = SurveyDraft(self._survey, saved, self._console.kept.get(KEPT, {}))
        if not draft.drafts:
            draw_empty(self._survey)
            return
        key = self._workspace.key if self._workspace else ""
        workspace = self._workspace = Workspace(self._console, draft, key, self._files.again)
        workspace.draw_files()
        ui.timer(0, lambda: workspace.draw_beside(self._beside, self._below), once=True)

    async def _create(self, known: Sequence[str]) -> None:
        made = await ask_for_survey(self._console, known)
        if made:
            self._choose(made)
            await self._surveys.again()


PAGE = Page(
    "/surveys/files",
    "Survey files",
    "edit_note",
    "The questions, and how they are put in each language: edit, hear, and save them.",
    _show,
)

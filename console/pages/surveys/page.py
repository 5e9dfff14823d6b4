"""Surveys: results, answers, one respondent's talk, starts and campaigns."""

from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.surveys import overview
from console.data.surveys.choice import SPANS, Choice, day_problem
from console.frame import Page
from console.pages.surveys.campaigns import CampaignsSection
from console.pages.surveys.questions import answers_section, funnel_section
from console.pages.surveys.respondents import RespondentsSection
from console.pages.surveys.results import ResultsSection
from console.pages.surveys.start_form import ask_to_start
from console.parts import button, problem
from console.refusal import REFUSALS, explain

PATH: Final = "/surveys"
FILES_PATH: Final = "/surveys/files"
"""The page with the question and prompt files."""


def _show(console: Console) -> None:
    SurveysPage(console)


class SurveysPage:
    """The page: what is chosen, and the sections that show it.

    Parameters
    ----------
    console
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._client = ui.context.client
        self._choice = Choice.of(self._client.request.query_params)
        self._results: ResultsSection | None = None
        self._draw_choice()
        self._sections = ui.element("div").classes("surveys")
        self._draw()
        ui.timer(0, self._load_surveys, once=True)

    def _draw_choice(self) -> None:
        choice = self._choice
        with (
            ui.element("div").classes("card survey-choices").props('role="group" aria-label="What is shown"')
        ):
            with ui.element("div").classes("line"):
                self._survey = ui.select(
                    [choice.survey_id],
                    value=choice.survey_id,
                    label="Survey",
                    with_input=True,
                    on_change=self._change,
                ).props("outlined dense options-dense")
                self._survey.classes("survey-choice")
                self._span = ui.select(SPANS, value=choice.span, label="Started", on_change=self._change)
                self._span.props("outlined dense options-dense").classes("survey-choice")
                self._days = ui.element("div").classes("line")
                with self._days:
                    self._first = self._day("From", choice.first)
                    self._last = self._day("To", choice.last)
                self._days.set_visibility(choice.span == "between")
                with ui.element("div").classes("end"):
                    with ui.link(target=_files_path(choice)).classes("survey-files") as self._files:
                        ui.icon("edit_note").props('aria-hidden="true"')
                        ui.label("Question and prompt files")
                    button("Start a survey", "send", self._start, kind="main")
            self._problems = ui.element("div")

    def _day(self, label: str, value: str) -> ui.input:
        shown = ui.input(label, value=value, on_change=self._change).without_auto_validation()
        return shown.props('outlined dense type="date" stack-label')

    async def _load_surveys(self) -> None:
        """Name all surveys in the choice; where that is refused, the chosen one stays."""
        try:
            found = await self._console.answers.get(
                overview.SURVEYS, lambda: overview.load_surveys(self._console), seconds=30
            )
        except REFUSALS as error:
            with self._problems:
                problem(f"The surveys cannot be listed. {explain(error)}")
            return
        if not self._survey.is_deleted:
            names = list(dict.fromkeys([*found, self._choice.survey_id]))
            self._survey.set_options(names, value=self._choice.survey_id)

    def _change(self, _event: Any) -> None:
        """Show what is chosen now, unless its days are not days yet."""
        span = str(self._span.value)
        self._days.set_visibility(span == "between")
        first, last = str(self._first.value or ""), str(self._last.value or "")
        if span == "between" and not self._are_days(first, last):
            return
        chosen = Choice(str(self._survey.value or self._choice.survey_id), span, first, last)
        chosen = chosen if span == "between" else Choice(chosen.survey_id, span)
        if chosen == self._choice:
            return
        self._choice = chosen
        self._files.props["href"] = _files_path(chosen)
        ui.navigate.history.replace(f"{PATH}?{chosen.query}")
        self._draw()

    def _are_days(self, first: str, last: str) -> bool:
        """Say at the fields what is wrong with two days."""
        self._first.error = (day_problem(first) if first else "is missing") or None
        problem_of_last = day_problem(last) if last else "is missing"
        if not problem_of_last and not self._first.error and first > last:
            problem_of_last = "must not be before From"
        self._last.error = problem_of_last or None
        return not (self._first.error or self._last.error)

    def _draw(self) -> None:
        self._sections.clear()
        with self._sections:
            self._results = ResultsSection(self._console, self._choice)
            funnel_section(self._console, self._choice)
            with ui.element("div").classes("columns"):
                answers_section(self._console, self._choice)
                RespondentsSection(self._console, self._choice)
            CampaignsSection(self._console, self._choice)

    async def _start(self) -> None:
        with self._client:
            started = await ask_to_start(self._console, self._choice.survey_id)
        if started and self._results is not None:
            await self._results.again()


def _files_path(choice: Choice) -> str:
    return f"{FILES_PATH}?survey={choice.survey_id}"


PAGE = Page(
    PATH,
    "Surveys",
    "poll",
    "Who started, who completed and who left where; what was answered; starts and campaigns. Days are UTC.",
    _show,
)

"""The dialogs for a new survey and a new language, each begun as a copy of another one."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.survey_files.bucket import load_files
from console.data.survey_files.creation import (
    create_survey,
    language_problem,
    new_language,
    sample_files,
    sample_surveys,
    survey_id_problem,
)
from console.data.survey_files.drafts import FileDraft, SurveyDraft
from console.dialogs import dialog, tell
from console.parts import button, discard
from console.refusal import REFUSALS, explain

_SAMPLE: Final = "sample "


async def ask_for_survey(console: Console, known: Sequence[str]) -> str:
    """Create a survey as the operator wishes; return its id, "" for none."""
    client = ui.context.client
    sources = {name: name for name in known}
    sources |= {_SAMPLE + name: f"{name} (comes with Switchboard)" for name in sample_surveys()}
    with dialog(client, "New survey") as asked:
        ui.label(
            "Its files are copied from another survey, and saved at once. Nobody is asked until you start it."
        )
        source = ui.select(sources, value=next(reversed(sources), None), label="Copy of").props(
            "outlined dense options-dense"
        )
        survey_id = ui.input("Id of the new survey", placeholder="such as visit-2027").props("outlined dense")

        def submit() -> None:
            problem = survey_id_problem(str(survey_id.value or ""), known)
            if not problem:
                asked.submit(True)
            survey_id.error = problem or None

        survey_id.on("keydown.enter", submit)
        with ui.element("div").classes("line"):
            button("Create", "add", submit, kind="main")
            button("Leave it", "close", lambda: asked.submit(False))
    agreed, name, chosen = await asked, str(survey_id.value or ""), str(source.value or "")
    discard(asked)
    if not agreed:
        return ""
    try:
        await console.answers.do(lambda: _create(console, name, chosen))
    except REFUSALS as error:
        tell(client, explain(error), is_good=False)
        return ""
    tell(client, f"Survey {name} is there.", is_good=True)
    return name


async def ask_for_language(draft: SurveyDraft, current: str) -> FileDraft | None:
    """Return the unsaved prompt file of another language; None where the operator wants none."""
    sources = {key: f"{language} ({key})" for language, key in draft.languages()}
    with dialog(ui.context.client, "New language") as asked:
        ui.label("Its texts are copied from another language; translate them, and save.")
        source = ui.select(
            sources, value=current if current in sources else next(iter(sources), None), label="Copy of"
        ).props("outlined dense options-dense")
        language = ui.input("Language", placeholder="such as fr-FR").props("outlined dense")

        def submit() -> None:
            problem = language_problem(str(language.value or ""), draft)
            if not problem:
                asked.submit(True)
            language.error = problem or None

        language.on("keydown.enter", submit)
        with ui.element("div").classes("line"):
            button("Add", "add", submit, kind="main")
            button("Leave it", "close", lambda: asked.submit(False))
    agreed, code, copied = await asked, str(language.value or ""), str(source.value or "")
    discard(asked)
    return new_language(draft, code, copied) if agreed and copied else None


def _create(console: Console, name: str, chosen: str) -> None:
    if chosen.startswith(_SAMPLE):
        source = chosen.removeprefix(_SAMPLE)
        files = sample_files(source)
    else:
        source = chosen
        files = {key: file.content for key, file in load_files(console.stack, source).items()}
    create_survey(console.stack, name, files, source)

"""New surveys and languages, each begun as a copy of another one."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from console.data.survey_files.bucket import StoredFile, load_files, write_file
from console.data.survey_files.drafts import FileDraft, SurveyDraft
from console.data.survey_files.findings import find_problems
from survey.domain.definition import (
    DEFAULT_SURVEY,
    config_file_name,
    is_language,
    is_survey_id,
    prompt_file_name,
    survey_folder,
)
from switchboard.errors import BadRequest, Conflict, FieldError
from tools.stack.stack import Stack

SAMPLES: Final = Path(__file__).parents[3] / "config-files"
"""The surveys that come with the application."""

_LANGUAGE_LINE: Final = re.compile(r"^(\s*language\s*=).*$", re.MULTILINE)


def sample_surveys() -> Sequence[str]:
    """Return the ids of the surveys that come with the application."""
    others = (path.parent.name for path in (SAMPLES / "surveys").glob("*/survey-config.json"))
    first = [DEFAULT_SURVEY] if (SAMPLES / config_file_name(DEFAULT_SURVEY)).exists() else []
    return [*first, *sorted(others)]


def sample_files(survey_id: str) -> Mapping[str, bytes]:
    """Return the files of a survey that comes with the application."""
    paths = [
        SAMPLES / config_file_name(survey_id),
        *SAMPLES.glob(prompt_file_name(survey_id, "*")),
    ]
    return {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def survey_id_problem(survey_id: str, known: Sequence[str]) -> str:
    """Return why a new survey cannot have an id; "" where it can."""
    if not is_survey_id(survey_id):
        return "must be letters, digits, _ and -, at most 64"
    return "is taken already" if survey_id in known else ""


def language_problem(language: str, draft: SurveyDraft) -> str:
    """Return why a survey cannot get a language; "" where it can."""
    if not is_language(language):
        return "must be a language code, such as fr-FR"
    taken = {known.lower() for known, _ in draft.languages()}
    return "is there already" if language.lower() in taken else ""


def create_survey(stack: Stack, survey_id: str, files: Mapping[str, bytes], source: str) -> None:
    """Save a copy of a survey's files under another id: prompts first, and last the questions.

    What a try before has already written is taken as it is, so a creation that failed can be repeated.

    Raises
    ------
    BadRequest
        The id cannot be used.
    Conflict
        There is such a survey already, or the copied one has an error.
    """
    if problem := survey_id_problem(survey_id, ()):
        raise BadRequest.about(FieldError(field="id", message=problem))
    old, new = survey_folder(source), survey_folder(survey_id)
    copies = {new + key.removeprefix(old): content for key, content in files.items()}
    found = find_problems(survey_id, copies)
    if errors := [str(one) for one in found if one.severity == "error"]:
        raise Conflict(f"{source} has errors; mend them first:\n" + "\n".join(errors))
    there: Mapping[str, StoredFile] = load_files(stack, survey_id)
    if any(there[key].content != copies.get(key) for key in there):
        raise Conflict(f"there is a survey {survey_id} already")
    config = config_file_name(survey_id)
    for key in sorted(copies.keys() - there.keys(), key=lambda key: (key == config, key)):
        write_file(stack, key, copies[key], None)


def new_language(draft: SurveyDraft, language: str, source: str) -> FileDraft:
    """Return the prompt file of another language, as a copy of one that says `language` in its place.

    It is not saved: its texts are to be translated first.

    Raises
    ------
    BadRequest
        The language is not a code, or is there already.
    """
    if problem := language_problem(language, draft):
        raise BadRequest.about(FieldError(field="language", message=problem))
    copied = draft.drafts[source].text
    text = _LANGUAGE_LINE.sub(lambda found: found[1] + language, copied)
    return FileDraft(prompt_file_name(draft.survey_id, language), None, text)

"""Surveys as operators keep them in the bucket, read when needed and kept in memory for a while.

========================================  ===============================================
``survey-config.json``                    the questions of the survey without an id
``voice-prompts/survey-<language>.env``   its texts, a file for each language
``surveys/<id>/…``                        the same files of every other survey
========================================  ===============================================
"""

import re
import time
from dataclasses import dataclass
from typing import Final

from survey.domain.defaults import apology_for
from survey.domain.definition import Definition, DefinitionError, MissingFileError, Prompts, UnusableError
from survey.domain.session import DEFAULT_SURVEY, Session
from survey.settings import DefinitionSettings
from switchboard import aws, s3
from switchboard.log import count, logger
from switchboard.settings import from_environment

RETRY_SECONDS: Final = 5.0
"""After S3 failed, how long what is in memory serves before S3 is asked again."""

_SURVEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class LibraryUnavailableError(UnusableError):
    """S3 cannot be read, and nothing usable is in memory."""


@dataclass
class _Shelved:
    definition: Definition
    read_at: float
    retry_at: float = 0.0


_shelf: dict[tuple[str, str], _Shelved] = {}


def is_survey_id(text: str) -> bool:
    """Tell whether a text may name a survey: letters, digits, ``_`` and ``-``, at most 64."""
    return _SURVEY_ID.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Tell whether a text looks like a BCP 47 language code, such as ``es-MX``."""
    return _LANGUAGE.fullmatch(text) is not None


def config_file_name(survey_id: str) -> str:
    """Return where a survey's questions lie in the bucket."""
    return f"{_folder(survey_id)}survey-config.json"


def prompt_file_name(survey_id: str, language: str) -> str:
    """Return where a survey's texts in one language lie in the bucket."""
    return f"{_folder(survey_id)}voice-prompts/survey-{language}.env"


def definition(survey_id: str, language: str) -> Definition:
    """Return a survey in one language, from memory if it was read less than CONFIG_CACHE_SECONDS ago.

    Raises
    ------
    DefinitionError
        A file is missing (MissingFileError) or cannot be used; what is wrong has been logged.
    LibraryUnavailableError
        S3 does not answer and the survey is not in memory.
    """
    settings: DefinitionSettings = from_environment(DefinitionSettings)
    # Wall-clock time: a frozen Lambda environment's monotonic clock may stand still for hours.
    now = time.time()
    shelved = _shelf.get((survey_id, language))
    if shelved and (
        0 <= now - shelved.read_at < settings.config_cache_seconds
        or 0 < shelved.retry_at - now <= RETRY_SECONDS
    ):
        return shelved.definition
    try:
        fresh = _read(settings.config_bucket, survey_id, language)
    except DefinitionError as error:
        _log(error)
        raise
    except LibraryUnavailableError:
        if shelved is None:
            raise
        shelved.retry_at = now + RETRY_SECONDS
        return shelved.definition
    _shelf[survey_id, language] = _Shelved(fresh, now)
    return fresh


def of_session(session: Session) -> Definition:
    """Return a session's survey in the session's language; raises what `definition` raises."""
    return definition(session.survey_id, session.language)


def apology(reason: UnusableError, survey_id: str, language: str) -> Prompts:
    """Return what can be said when a survey cannot be used: the prompt file's apology if that can be read."""
    from survey.domain import prompt_file

    settings: DefinitionSettings = from_environment(DefinitionSettings)
    name = prompt_file_name(survey_id, language)
    try:
        if isinstance(reason, DefinitionError):
            return prompt_file.parse(_content(settings.config_bucket, name), name, language, ())
    except UnusableError:
        pass
    return Prompts(language, {}, {"apology": apology_for(language)})


def forget() -> None:
    """Read every survey again when it is next needed."""
    _shelf.clear()


def _folder(survey_id: str) -> str:
    return "" if survey_id == DEFAULT_SURVEY else f"surveys/{survey_id}/"


def _read(bucket: str, survey_id: str, language: str) -> Definition:
    from survey.domain import prompt_file, question_file

    config_name = config_file_name(survey_id)
    prompt_name = prompt_file_name(survey_id, language)
    questions = question_file.parse(_content(bucket, config_name), config_name)
    prompts = prompt_file.parse(_content(bucket, prompt_name), prompt_name, language, questions)
    return Definition(survey_id, questions, prompts)


def _content(bucket: str, name: str) -> bytes:
    try:
        content = s3.read(bucket, name)
    except aws.AwsError as error:
        logger.exception("A survey's file cannot be read", extra={"file": name})
        raise LibraryUnavailableError(name) from error
    if content is None:
        raise MissingFileError(name)
    return content


def _log(error: DefinitionError) -> None:
    for problem in error.problems:
        logger.error(
            f"A survey cannot be used: {problem}",
            extra={"file": problem.file, "line": problem.line, "key": problem.key},
        )
    count("SurveyUnusable")

"""Survey definitions in S3, cached in memory for CONFIG_CACHE_SECONDS."""

from survey.domain import prompt_file, question_file
from survey.domain.definition import (
    Definition,
    DefinitionError,
    DefinitionUnavailableError,
    MissingFileError,
    Prompts,
    Question,
    SurveyRef,
    UnusableError,
    config_file_name,
    prompt_file_name,
)
from survey.settings import DefinitionSettings
from switchboard import aws
from switchboard.aws import s3
from switchboard.cache import Cache
from switchboard.log import count, logger
from switchboard.settings import from_environment


def load_definition(ref: SurveyRef) -> Definition:
    """Return a survey in one language, from memory if it was read less than CONFIG_CACHE_SECONDS ago.

    Raises
    ------
    DefinitionError
        A file is missing (MissingFileError) or cannot be used; the problems have been logged.
    DefinitionUnavailableError
        S3 does not answer and the survey is not in memory.
    """
    return _cache.get(ref)


def find_definition(ref: SurveyRef) -> Definition | UnusableError:
    """Return a survey in one language, or the error that says why it cannot be asked."""
    try:
        return _cache.get(ref)
    except UnusableError as reason:
        return reason


def _read_definition(ref: SurveyRef) -> Definition:
    config_name = config_file_name(ref.survey_id)
    try:
        questions = question_file.parse(_read_file(config_name), config_name)
        prompts = _read_prompts(ref, questions)
    except DefinitionError as error:
        _log(error)
        error.prompts = _readable_prompts(ref)
        raise
    return Definition(ref.survey_id, questions, prompts, _read_offered_prompts(ref, prompts, questions))


def _read_prompts(ref: SurveyRef, questions: tuple[Question, ...]) -> Prompts:
    name = prompt_file_name(ref.survey_id, ref.language)
    return prompt_file.parse(_read_file(name), name, ref.language, questions)


def _read_offered_prompts(
    ref: SurveyRef, prompts: Prompts, questions: tuple[Question, ...]
) -> Prompts | None:
    """Return the texts of the language that the welcome offers; None without one, or if it cannot be used."""
    if not prompts.offered_language:
        return None
    try:
        return _read_prompts(SurveyRef(ref.survey_id, prompts.offered_language), questions)
    except DefinitionError as error:
        _log(error)
        return None
    except DefinitionUnavailableError:
        before = _cache.peek(ref)
        return before.offered if before else None


def _readable_prompts(ref: SurveyRef) -> Prompts | None:
    """Return the texts of a survey that cannot be asked, for its apology; None if they cannot be read."""
    try:
        return _read_prompts(ref, ())
    except UnusableError:
        return None


def _read_file(name: str) -> bytes:
    try:
        content = s3.read(from_environment(DefinitionSettings).config_bucket, name)
    except aws.AwsError as error:
        logger.exception("A survey's file cannot be read", extra={"file": name})
        raise DefinitionUnavailableError(name) from error
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


_cache: Cache[SurveyRef, Definition] = Cache(
    _read_definition,
    lambda: from_environment(DefinitionSettings).config_cache_seconds,
    stale_on=(DefinitionUnavailableError,),
)

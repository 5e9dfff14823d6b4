"""Surveys as operators keep them in the bucket, read when needed and kept in memory for a while."""

from survey.domain import prompt_file, question_file
from survey.domain.definition import (
    Definition,
    DefinitionError,
    DefinitionUnavailableError,
    MissingFileError,
    Prompts,
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
        A file is missing (MissingFileError) or cannot be used; what is wrong has been logged.
    DefinitionUnavailableError
        S3 does not answer and the survey is not in memory.
    """
    return _cache.get(ref)


def _read_definition(ref: SurveyRef) -> Definition:
    config_name = config_file_name(ref.survey_id)
    prompt_name = prompt_file_name(ref.survey_id, ref.language)
    try:
        questions = question_file.parse(_read_file(config_name), config_name)
        prompts = prompt_file.parse(_read_file(prompt_name), prompt_name, ref.language, questions)
    except DefinitionError as error:
        _log(error)
        error.prompts = _readable_prompts(prompt_name, ref.language)
        raise
    return Definition(ref.survey_id, questions, prompts)


def _readable_prompts(name: str, language: str) -> Prompts | None:
    """Return the texts of a survey that cannot be asked, for its apology, if its prompt file can be read."""
    try:
        return prompt_file.parse(_read_file(name), name, language, ())
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

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
from survey.domain.rules import Rules
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
        questions, rules = question_file.parse_survey(_read_file(config_name), config_name)
        prompts = _read_prompts(ref, questions, rules)
    except DefinitionError as error:
        _log(error)
        error.prompts = _readable_prompts(ref)
        raise
    offered = listed = None
    if prompts.listed_languages:
        found = (
            _read_other_prompts(ref, code, prompts, questions, rules) for code in prompts.listed_languages
        )
        listed = tuple(other for other in found if other is not None)
    elif prompts.offered_language:
        offered = _read_other_prompts(ref, prompts.offered_language, prompts, questions, rules)
    return Definition(ref.survey_id, questions, prompts, offered, listed or (), rules)


def _read_prompts(ref: SurveyRef, questions: tuple[Question, ...], rules: Rules) -> Prompts:
    name = prompt_file_name(ref.survey_id, ref.language)
    return prompt_file.parse(_read_file(name), name, ref.language, questions, rules.placeholders)


def _read_other_prompts(
    ref: SurveyRef, language: str, prompts: Prompts, questions: tuple[Question, ...], rules: Rules
) -> Prompts | None:
    """Return the texts of a language that the welcome offers; None if it cannot be used."""
    if language == prompts.language:
        return prompts
    try:
        return _read_prompts(SurveyRef(ref.survey_id, language), questions, rules)
    except DefinitionError as error:
        _log(error)
        return None
    except DefinitionUnavailableError:
        before = _cache.peek(ref)
        known = (before.offered, *before.listed) if before else ()
        return next((other for other in known if other and other.language == language), None)


def _readable_prompts(ref: SurveyRef) -> Prompts | None:
    """Return the texts of a survey that cannot be asked, for its apology; None if they cannot be read."""
    try:
        return _read_prompts(ref, (), Rules())
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

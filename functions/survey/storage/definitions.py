"""Survey definitions in S3, cached in memory for CONFIG_CACHE_SECONDS.

While a file is broken, its newest version that can be used serves.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypedDict

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
from switchboard.aws.file_versions import FileVersions, report_fallback
from switchboard.aws.s3 import S3Object
from switchboard.cache import Cache
from switchboard.log import count, logger
from switchboard.settings import from_environment


class _Languages(TypedDict):
    """The fields of a definition that hold the texts of other languages."""

    offered: Prompts | None
    listed: tuple[Prompts, ...]


def load_definition(ref: SurveyRef) -> Definition:
    """Return a survey in one language, from memory if it was read less than CONFIG_CACHE_SECONDS ago.

    Raises
    ------
    DefinitionError
        A file is missing (MissingFileError) or no version of it can be used; the problems have been logged.
    DefinitionUnavailableError
        S3 does not answer and the survey is not in memory.
    """
    own = ref.without_offers()
    definition = _cache.get(own)
    return replace(definition, **_other_languages.get(own)) if ref.offers else definition


def find_definition(ref: SurveyRef) -> Definition | UnusableError:
    """Return a survey in one language, or the error that says why it cannot be asked."""
    try:
        return load_definition(ref)
    except UnusableError as reason:
        return reason


def has_prompts(ref: SurveyRef) -> bool:
    """Tell whether there is a prompt file of a survey in a language, which may be broken."""
    name = prompt_file_name(ref.survey_id, ref.language)
    return s3.exists(from_environment(DefinitionSettings).config_bucket, name)


def _read_definition(ref: SurveyRef) -> Definition:
    try:
        questions, rules, prompts = _read_questions_and_prompts(ref)
    except DefinitionError as error:
        _log(error)
        count("SurveyUnusable")
        error.prompts = _readable_prompts(ref)
        raise
    return Definition(ref.survey_id, questions, prompts, rules=rules)


def _read_other_languages(ref: SurveyRef) -> _Languages:
    """Return the texts of the languages that a survey offers."""
    definition = _cache.get(ref)
    prompts = definition.prompts
    if prompts.listed_languages:
        found = (_read_other_prompts(definition, code) for code in prompts.listed_languages)
        return {"offered": None, "listed": tuple(other for other in found if other is not None)}
    offered = _read_other_prompts(definition, prompts.offered_language) if prompts.offered_language else None
    return {"offered": offered, "listed": ()}


def _read_questions_and_prompts(ref: SurveyRef) -> tuple[tuple[Question, ...], Rules, Prompts]:
    """Return questions, rules and texts, of the newest versions of both files that can be used together."""
    config, texts = _versions(config_file_name(ref.survey_id)), _prompt_versions(ref)
    problem: DefinitionError | None = None
    for version in _present(config):
        try:
            questions, rules = question_file.parse_survey(version.body, config.key)
            prompts = _parse_newest_prompts(ref, texts, questions, rules)
        except MissingFileError:
            raise
        except DefinitionError as error:
            problem = problem or error
            continue
        if problem is not None:
            report_fallback(config.key, version, problem)
        return questions, rules, prompts
    raise problem or MissingFileError(config.key)


def _read_prompts(ref: SurveyRef, questions: tuple[Question, ...], rules: Rules) -> Prompts:
    return _parse_newest_prompts(ref, _prompt_versions(ref), questions, rules)


def _parse_newest_prompts(
    ref: SurveyRef, texts: FileVersions, questions: tuple[Question, ...], rules: Rules
) -> Prompts:
    """Return the texts of the newest version that can be used with these questions."""
    problem: DefinitionError | None = None
    for version in _present(texts):
        try:
            prompts = prompt_file.parse(version.body, texts.key, ref.language, questions, rules.placeholders)
        except DefinitionError as error:
            problem = problem or error
            continue
        if problem is not None:
            report_fallback(texts.key, version, problem)
        return prompts
    raise problem or MissingFileError(texts.key)


def _read_other_prompts(definition: Definition, language: str) -> Prompts | None:
    """Return the texts of a language that the welcome offers; None if it cannot be used."""
    survey_id, prompts = definition.survey_id, definition.prompts
    if language == prompts.language:
        return prompts
    try:
        return _read_prompts(SurveyRef(survey_id, language), definition.questions, definition.rules)
    except DefinitionError as error:
        _log(error)
        count("SurveyLanguageUnusable")
        return None
    except DefinitionUnavailableError:
        before = _other_languages.peek(SurveyRef(survey_id, prompts.language).without_offers())
        known = (before["offered"], *before["listed"]) if before else ()
        return next((other for other in known if other and other.language == language), None)


def _readable_prompts(ref: SurveyRef) -> Prompts | None:
    """Return the texts of a survey that cannot be asked, for its apology; None if they cannot be read."""
    try:
        return _read_prompts(ref, (), Rules())
    except UnusableError:
        return None


def _prompt_versions(ref: SurveyRef) -> FileVersions:
    return _versions(prompt_file_name(ref.survey_id, ref.language))


def _versions(name: str) -> FileVersions:
    return FileVersions(from_environment(DefinitionSettings).config_bucket, name)


def _present(versions: FileVersions) -> Iterator[S3Object]:
    """Yield the versions of a survey's file, newest first.

    Raises
    ------
    DefinitionUnavailableError
        S3 does not give one.
    """
    try:
        yield from versions
    except aws.AwsError as error:
        logger.exception("A survey's file cannot be read", extra={"file": versions.key})
        raise DefinitionUnavailableError(versions.key) from error


def _log(error: DefinitionError) -> None:
    for problem in error.problems:
        logger.error(
            f"A survey cannot be used: {problem}",
            extra={"file": problem.file, "line": problem.line, "key": problem.key},
        )


_other_languages: Cache[SurveyRef, _Languages] = Cache(
    _read_other_languages,
    lambda: from_environment(DefinitionSettings).config_cache_seconds,
)
_cache: Cache[SurveyRef, Definition] = Cache(
    _read_definition,
    lambda: from_environment(DefinitionSettings).config_cache_seconds,
    stale_on=(DefinitionUnavailableError,),
)

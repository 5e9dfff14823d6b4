"""The archive of results, where Athena finds them (docs/athena.sql).

One object a result, with one JSON object on its one line, by the day (UTC) of the session's start:
``archive/survey-results/survey=<surveyId>/day=YYYY-MM-DD/<respondent>.json``.
"""

from typing import Final

from survey.domain.results.entry import ResultEntry
from survey.settings import ResultSettings
from switchboard.aws import s3
from switchboard.settings import from_environment

ARCHIVE: Final = "archive/survey-results/"


def archive_key(entry: ResultEntry) -> str:
    """Return the key of a result in the archive."""
    file = entry.respondent.removeprefix("+")
    return f"{ARCHIVE}survey={entry.survey_id}/day={entry.day}/{file}.json"


def write_archive(key: str, entry: ResultEntry) -> None:
    """Write a result to the archive, in place of an earlier one."""
    s3.write(from_environment(ResultSettings).config_bucket, key, entry.content + "\n")


def delete_archived(key: str) -> None:
    """Delete a result from the archive."""
    s3.delete(from_environment(ResultSettings).config_bucket, key)

"""Result files in S3."""

import hashlib
from typing import Final

from survey.domain.result import is_own_result, result_content, result_key
from survey.domain.session import Session
from survey.settings import ResultSettings
from switchboard.aws import s3
from switchboard.log import logger
from switchboard.settings import from_environment

OLDER_RESULTS_FOLDER: Final = "older-results/"
"""Folder for copies of result files that another application wrote, made before they are replaced."""


def save_result(session: Session) -> None:
    """Write a session's result file.

    If this session replaced another one whose result was not written yet, that result is written first: S3
    keeps it as an older version of the same file. A file that another application wrote is copied to
    ``older-results/`` before, where no lifecycle rule of the bucket deletes it.
    """
    bucket = from_environment(ResultSettings).config_bucket
    key = result_key(session.respondent, session.survey_id)
    present = s3.read(bucket, key)
    if present is not None and not is_own_result(present):
        logger.info("A result file that another application wrote is kept in older-results/")
        # The name holds a hash, so that no kept file replaces another.
        digest = hashlib.sha256(present).hexdigest()[:12]
        s3.write(bucket, f"{OLDER_RESULTS_FOLDER}{key.removesuffix('.json')}.{digest}.json", present)
    for content in (session.superseded, result_content(session)):
        if content:
            s3.write(bucket, key, content, "application/json; charset=utf-8")


def replace_older_result(session: Session) -> None:
    """Write a result file if there is one that says something else; one that was deleted stays away."""
    bucket = from_environment(ResultSettings).config_bucket
    key = result_key(session.respondent, session.survey_id)
    present, content = s3.read(bucket, key), result_content(session)
    if present is not None and present != content.encode():
        s3.write(bucket, key, content, "application/json; charset=utf-8")


def result_exists(key: str) -> bool:
    """Tell whether a result file exists now."""
    return s3.read(from_environment(ResultSettings).config_bucket, key) is not None

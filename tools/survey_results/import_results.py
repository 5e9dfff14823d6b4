"""Take over the result files of a bucket: read each, make its session, write it where there is none yet."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from survey.domain import question_file
from survey.domain.definition import config_file_name, prompt_file_name, survey_folder
from survey.domain.result import RESULTS_FOLDER, is_own_result
from survey.storage.sessions import to_item
from tools.survey_results.older_result import (
    NotOlderResultError,
    OwnResultError,
    Survey,
    parse_older_result,
)

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from survey.domain.session import Session

LARGEST_FILE: Final = 1024 * 1024
"""Bytes of the largest file that is read; a result of 200 answers has a tenth of that."""

AT_ONCE: Final = 16
_CHUNK: Final = 200
_CONFLICTS: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


@dataclass
class Counts:
    """Counts of the files processed so far."""

    completed: int = 0
    unfinished: int = 0
    present: int = 0
    own: int = 0
    odd: int = 0
    last_key: str = ""

    @property
    def files(self) -> int:
        """Number of files seen."""
        return self.completed + self.unfinished + self.present + self.own + self.odd


@dataclass(frozen=True)
class Found:
    """What one file holds: the session to write, or why there is none."""

    key: str
    outcome: str
    problem: str = ""


@dataclass
class Importer:
    """Takes over one survey's older result files.

    Parameters
    ----------
    s3, dynamodb
        boto3 clients.
    source : str
        The bucket with the older files; it may be the stack's own.
    bucket, table : str
        The stack's ConfigBucketName and SurveySessionsTableName.
    survey : Survey
    now : int
        Milliseconds since the epoch.
    writes : bool
        False only looks what would be written.
    """

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    source: str
    bucket: str
    table: str
    survey: Survey
    now: int
    writes: bool
    counts: Counts = field(default_factory=Counts)

    def run(self, survey_id: str, after: str, report: Callable[[Found], None]) -> Iterator[Counts]:
        """Take over the files whose keys come behind `after`; yield the counts after every few hundred.

        Parameters
        ----------
        report : callable
            Is told of each file that is no result.

        Raises
        ------
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError
            AWS refuses or does not answer. What was written stays, and another run continues from there.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for objects in self._listed(f"{survey_folder(survey_id)}{RESULTS_FOLDER}", after):
                for found in pool.map(self._take_over, objects):
                    setattr(self.counts, found.outcome, getattr(self.counts, found.outcome) + 1)
                    if found.outcome == "odd":
                        report(found)
                self.counts.last_key = objects[-1]["Key"]
                yield self.counts

    def _listed(self, prefix: str, after: str) -> Iterator[list[Any]]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.source, Prefix=prefix, StartAfter=after
        )
        for page in pages:
            files = [item for item in page.get("Contents", []) if not item["Key"].endswith("/")]
            yield from (files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK))

    def _take_over(self, listed: Any) -> Found:
        key = listed["Key"]
        if listed["Size"] > LARGEST_FILE:
            return Found(key, "odd", "it is larger than 1 MB")
        content = self.s3.get_object(Bucket=self.source, Key=key)["Body"].read()
        modified = int(listed["LastModified"].timestamp() * 1000)
        try:
            session = parse_older_result(key, content, modified, self.survey, self.now)
        except OwnResultError:
            return Found(key, "own")
        except NotOlderResultError as problem:
            return Found(key, "odd", str(problem))
        if self.writes and self.source != self.bucket:
            self._copy(key, content)
        if not self._write(session):
            return Found(key, "present")
        return Found(key, "unfinished" if session.is_open else "completed")

    def _copy(self, key: str, content: bytes) -> None:
        """Copy a file into the stack's bucket, unless this application has written one there."""
        try:
            self._put(key, content, IfNoneMatch="*")
        except self.s3.exceptions.ClientError as error:
            if _code(error) not in _CONFLICTS:
                raise
        else:
            return
        there = self.s3.get_object(Bucket=self.bucket, Key=key)
        copied = there["Body"].read()
        if copied == content or is_own_result(copied):
            return
        # An earlier run's copy, and the respondent has gone on with the older application since.
        try:
            self._put(key, content, IfMatch=there["ETag"])
        except self.s3.exceptions.ClientError as error:
            if _code(error) not in _CONFLICTS:
                raise

    def _put(self, key: str, content: bytes, **condition: Any) -> None:
        self.s3.put_object(
            Bucket=self.bucket, Key=key, Body=content, ContentType="application/json", **condition
        )

    def _write(self, session: "Session") -> bool:
        """Write a session, or look whether one would be written; False where the respondent has one.

        An unfinished survey that was taken over before and not gone on with since is written again:
        its respondent may have gone on with the older application.
        """
        item: Any = to_item(session)
        if not self.writes:
            key: Any = {name: item[name] for name in ("respondent", "surveyId")}
            answer = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True)
            stored = answer.get("Item")
            return stored is None or all(
                stored.get(name) == value for name, value in _untouched(item).items()
            )
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=item,
                ConditionExpression=(
                    "attribute_not_exists(respondent) OR "
                    "(sessionId = :sessionId AND version = :version AND surveyStatus = :surveyStatus)"
                ),
                ExpressionAttributeValues={f":{name}": value for name, value in _untouched(item).items()},
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _code(error: "ClientError") -> str:
    return error.response.get("Error", {}).get("Code", "")


def _untouched(item: Any) -> dict[str, Any]:
    """Return what a session has that was taken over, unfinished, and left as it was."""
    return {"sessionId": item["sessionId"], "version": item["version"], "surveyStatus": {"S": "STARTED"}}


def load_survey(s3: "S3Client", bucket: str, survey_id: str, default_language: str, lifetime: int) -> Survey:
    """Return what sessions of a survey are made with.

    Raises
    ------
    DefinitionError
        survey-config.json cannot be used.
    botocore.exceptions.ClientError
        It cannot be read.
    """
    name = config_file_name(survey_id)
    questions = question_file.parse(s3.get_object(Bucket=bucket, Key=name)["Body"].read(), name)
    prefix, suffix = prompt_file_name(survey_id, "*").split("*")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    names = (item["Key"] for page in pages for item in page.get("Contents", []))
    languages = (name.removeprefix(prefix).removesuffix(suffix) for name in names if name.endswith(suffix))
    return Survey(questions, frozenset(languages), default_language, lifetime)

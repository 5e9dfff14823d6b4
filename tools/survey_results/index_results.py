"""Bring result files into the index that were there before it: read the bucket once, write what it lacks."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from survey.domain.definition import DEFAULT_SURVEY, is_survey_id, survey_folder
from survey.domain.result import RESULTS_FOLDER
from survey.domain.results.entry import NotResultError, ResultEntry, file_entry
from survey.domain.results.query import ResultQuery
from survey.indexing import index_result, remove_result
from survey.result_list import read_entries
from survey.storage import result_index
from switchboard.aws.s3 import exists

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Outcome = Literal["indexed", "present", "gone", "odd"]

LARGEST_FILE: Final = 1024 * 1024
"""Bytes of the largest file that is read."""

_AT_ONCE: Final = 16
_CHUNK: Final = 200
_BEING_WRITTEN_MS: Final = 120_000
"""Milliseconds within which an entry may be there before its file."""


@dataclass
class IndexCounts:
    """Counts of the files processed so far, and of the entries removed whose files are gone."""

    indexed: int = 0
    present: int = 0
    gone: int = 0
    odd: int = 0
    removed: int = 0
    last_key: str = ""

    @property
    def files(self) -> int:
        """Number of files seen."""
        return self.indexed + self.present + self.gone + self.odd


def survey_ids(s3: "S3Client", bucket: str) -> Iterator[str]:
    """Yield the surveys that have a folder in the bucket, the one at its root first."""
    yield DEFAULT_SURVEY
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="surveys/", Delimiter="/")
    for page in pages:
        for prefix in page.get("CommonPrefixes", []):
            name = prefix["Prefix"].removeprefix("surveys/").rstrip("/")
            if is_survey_id(name):
                yield name


class Indexer:
    """Indexes result files.

    Parameters
    ----------
    s3 : S3Client
        To read the bucket; entries are written by the feature's code.
    bucket : str
    writes : bool
        False only looks what the index lacks.
    report : callable
        Is told the key of a file that is no result, and why.
    now : callable
        Returns the stack's time, ms since the epoch.
    """

    def __init__(
        self,
        s3: "S3Client",
        bucket: str,
        report: Callable[[str, str], None],
        now: Callable[[], int],
        *,
        writes: bool,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._report = report
        self._now = now
        self._writes = writes
        self.counts = IndexCounts()

    def run(self, survey_id: str, after: str = "") -> Iterator[IndexCounts]:
        """Index a survey's files whose keys come behind `after`; yield the counts after every few hundred.

        Raises
        ------
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, switchboard.aws.AwsError
            AWS refuses or does not answer. What was written stays, and another run continues from there.
        """
        prefix = f"{survey_folder(survey_id)}{RESULTS_FOLDER}"
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=after
        )
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for page in pages:
                files = [item for item in page.get("Contents", []) if not item["Key"].endswith("/")]
                for start in range(0, len(files), _CHUNK):
                    chunk = files[start : start + _CHUNK]
                    for outcome in pool.map(self._index, chunk):
                        setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)
                    self.counts.last_key = chunk[-1]["Key"]
                    yield self.counts

    def remove_stale(self, survey_id: str) -> Iterator[int]:
        """Remove a survey's entries whose files are gone, in the archive, too; yield how many it has seen.

        Files that are deleted while `SurveyForgetResult` does not run leave such entries.
        """
        latest = self._now() - _BEING_WRITTEN_MS
        seen = 0
        entries = read_entries(ResultQuery(survey_id))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while chunk := list(itertools.islice(entries, _CHUNK)):
                stale = zip(chunk, pool.map(self._exists, chunk), strict=True)
                for entry in (entry for entry, exists in stale if not exists):
                    if not self._writes or remove_result(entry.respondent, survey_id, latest):
                        self.counts.removed += 1
                seen += len(chunk)
                yield seen

    def _exists(self, entry: ResultEntry) -> bool:
        return exists(self._bucket, entry.key)

    def _index(self, listed: Any) -> Outcome:
        """Index one file, and return which count it belongs to."""
        key = listed["Key"]
        content = self._read(key) if listed["Size"] <= LARGEST_FILE else b""
        if content is None:
            return "gone"
        try:
            entry = file_entry(key, content, int(listed["LastModified"].timestamp() * 1000))
        except NotResultError as problem:
            self._report(key, str(problem) if content else "it is empty, or larger than 1 MB")
            return "odd"
        return self._write(entry) if self._lacks(entry) else "present"

    def _lacks(self, entry: ResultEntry) -> bool:
        stored = result_index.load(entry.respondent, entry.survey_id)
        return stored is None or not (stored.entry == entry or entry.is_older_than(stored.entry))

    def _write(self, entry: ResultEntry) -> Outcome:
        if self._writes:
            if not index_result(entry):
                return "present"
            if self._read(entry.key) is None:
                # It was deleted meanwhile, when there was no entry yet that could be removed with it.
                remove_result(entry.respondent, entry.survey_id, self._now())
                return "gone"
        return "indexed"

    def _read(self, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

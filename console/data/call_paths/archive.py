"""The archive of records in S3: the calls of some days, and one call of which the day is not known.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from itertools import islice
from typing import Final

from botocore.exceptions import ClientError

from console.context import Console
from ivr_path.storage.bucket import ARCHIVE, archive_folder
from tools.ivr_report.records import Record, RecordError, list_objects, read_object

_PAGE: Final = 1000
"""The most keys of one ListObjectsV2."""
_DIGITS: Final = "0123456789abcdefABCDEF"


class Archive:
    """The archive of a stack.

    Parameters
    ----------
    console
    threads
        Where requests run side by side.
    """

    def __init__(self, console: Console, threads: Executor) -> None:
        self._client = console.stack.client("s3")
        self._bucket = console.stack.physical("IvrBucket")
        self._threads = threads

    def list_days(self, days: Iterable[str], most: int) -> list[str]:
        """Return the keys of some days' records, or so many of them; the days that come first go first."""
        found: list[str] = []
        for keys in self._threads.map(self._list_day, days):
            found += keys if len(keys) <= _PAGE else self._list_large_day(keys[0])
            if len(found) >= most:
                break
        return found[:most]

    def read(self, keys: Sequence[str], flow_sid: str) -> Iterator[Record | None]:
        """Yield the records of a flow, or of all; None for an object that is no record."""
        for records in self._threads.map(lambda key: self._read(key, flow_sid), keys):
            yield from records

    def find(self, days: Mapping[str, Iterable[str]]) -> Mapping[str, Record | None]:
        """Return the records of some calls, as far as there are any, by SID; given are the days of each.

        None stands for an object that is no record.
        """
        keys = [f"{archive_folder(day)}{sid}.json" for sid, tried in days.items() for day in tried]
        read = self._threads.map(lambda key: self._read(key, ""), keys)
        return {call_sid_of(key): records[0] for key, records in zip(keys, read, strict=True) if records}

    def days(self) -> list[str]:
        """Return the days of which there are records, newest first."""
        folders = [ARCHIVE]
        for _ in ("year", "month", "day"):
            folders = [below for folder in folders for below in self._folders(folder)]
        return sorted(map(_day_of, folders), reverse=True)

    def _list_day(self, day: str) -> list[str]:
        return list(islice(list_objects(self._client, self._bucket, archive_folder(day)), _PAGE + 1))

    def _list_large_day(self, key: str) -> list[str]:
        """Return the keys of a day that has several pages, listed by the first digit of the calls' SIDs."""
        folder = key.rpartition("/")[0]
        prefixes = [f"{folder}/CA{digit}" for digit in _DIGITS]
        lists = self._threads.map(lambda one: list(list_objects(self._client, self._bucket, one)), prefixes)
        return [key for keys in lists for key in keys]

    def _read(self, key: str, flow_sid: str) -> list[Record | None]:
        try:
            return list(read_object(self._client, self._bucket, key, flow_sid or None))
        except RecordError:
            return [None]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return []
            raise

    def _folders(self, folder: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=folder, Delimiter="/"
        )
        return [str(one["Prefix"]) for page in pages for one in page.get("CommonPrefixes", ())]


def _day_of(folder: str) -> str:
    """Return the day of ``ivr-paths/year=2026/month=03/day=01/``."""
    parts = folder.removeprefix(ARCHIVE).strip("/").split("/")
    return "-".join(part.partition("=")[2] for part in parts)


def call_sid_of(key: str) -> str:
    """Return the call whose record has a key."""
    return key.rpartition("/")[2].partition(".")[0]

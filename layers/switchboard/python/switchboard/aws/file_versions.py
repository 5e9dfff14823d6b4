"""Files of a versioned bucket that operators write: while the newest one is broken, an older version serves.

The newest version is read by one request, as any object is. Older ones are listed only once that cannot be
used. https://docs.aws.amazon.com/AmazonS3/latest/userguide/RetrievingObjectVersions.html
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from switchboard.aws import s3
from switchboard.log import count, logger

T = TypeVar("T")

MOST_OLDER: Final = 10
"""How many older versions are tried: a caller waits meanwhile."""


class FileVersions:
    """The versions of a file, newest first; each is read when it is first asked for, and then remembered.

    A file that does not exist has no versions: it was deleted, and what it said before counts no more.
    Versions from before a deletion do not count either.

    Parameters
    ----------
    bucket, key : str
    """

    def __init__(self, bucket: str, key: str) -> None:
        self.key = key
        self._bucket = bucket
        self._read: list[s3.S3Object] = []
        self._unread = self._all()

    def __iter__(self) -> Iterator[s3.S3Object]:
        """Yield the versions.

        Raises
        ------
        switchboard.aws.AwsError
            One cannot be read.
        """
        place = 0
        while place < len(self._read) or self._read_next():
            yield self._read[place]
            place += 1

    def _read_next(self) -> bool:
        found = next(self._unread, None)
        if found is None:
            return False
        self._read.append(found)
        return True

    def _all(self) -> Iterator[s3.S3Object]:
        newest = s3.get(self._bucket, self.key)
        if newest is None:
            return
        yield newest
        for version_id in s3.older_versions(self._bucket, self.key, MOST_OLDER):
            older = s3.get(self._bucket, self.key, version_id)
            if older is not None:  # the bucket's lifecycle has removed it just now
                yield older


def read_usable(
    bucket: str, key: str, parse: Callable[[s3.S3Object], T], unusable: type[Exception]
) -> T | None:
    """Return what the newest usable version of a file holds; None if there is no such file.

    Parameters
    ----------
    bucket, key : str
    parse : Callable[[switchboard.aws.s3.S3Object], T]
        Reads a version.
    unusable : type[Exception]
        What it raises for one that cannot be used.

    Raises
    ------
    Exception
        `unusable`, as the newest version raised it: no version can be used.
    switchboard.aws.AwsError
        A version cannot be read.
    """
    problem: Exception | None = None
    for version in FileVersions(bucket, key):
        try:
            found = parse(version)
        except unusable as error:
            problem = problem or error
            continue
        if problem is not None:
            report_fallback(key, version, problem)
        return found
    if problem is not None:
        raise problem
    return None


def report_fallback(key: str, version: s3.S3Object, problem: Exception) -> None:
    """Log that an older version of a file serves, and why; count it, for ConfigurationFallbackAlarm."""
    logger.error(
        "A file cannot be used, and an older version of it serves",
        extra={
            "file": key,
            "problem": str(problem),
            "version_id": version.version_id,
            "written_at": version.modified_at.isoformat(timespec="seconds"),
        },
    )
    count("ConfigurationFallback")

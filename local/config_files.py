"""Configuration files, uploaded to the bucket at the start and after every edit."""

import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_IGNORED_SUFFIXES = (".swp", ".swx", ".tmp", "~")


class ConfigFiles:
    """Synchronizes a bucket with a directory.

    Parameters
    ----------
    directory
        The directory, such as ``config-files``; a file's path below it is its key in the bucket.
    bucket
        The bucket's name.
    client
        A boto3 S3 client.
    """

    def __init__(self, directory: Path, bucket: str, client: Any) -> None:
        self.directory = directory
        self._bucket = bucket
        self._client = client

    def upload_all(self) -> None:
        """Upload every file."""
        self.upload(files_below([self.directory]))

    def upload(self, paths: Iterable[Path]) -> list[str]:
        """Upload files that are new or have changed, and delete the objects of removed ones.

        Returns
        -------
        list
            The keys, in order.
        """
        keys = []
        for path in sorted(paths):
            key = path.relative_to(self.directory).as_posix()
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                self._client.delete_object(Bucket=self._bucket, Key=key)
            else:
                kind = mimetypes.guess_type(path.name)[0] or "text/plain; charset=utf-8"
                self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=kind)
            keys.append(key)
        return keys


def files_below(directories: Iterable[Path]) -> Mapping[Path, tuple[int, int]]:
    """Return each file below some directories with its modification time and size."""
    found = {}
    for directory in directories:
        for path in directory.rglob("*"):
            below = path.relative_to(directory)
            if any(part.startswith(".") or part == "__pycache__" for part in below.parts):
                continue
            if path.name.endswith(_IGNORED_SUFFIXES):
                continue
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found[path] = (status.st_mtime_ns, status.st_size)
    return found

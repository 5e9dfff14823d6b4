"""The bucket and the objects that a request to S3 is about, from its path (path-style addressing).

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access
"""

from collections.abc import Iterable
from urllib.parse import parse_qs, unquote, urlsplit


def s3_object(path: str) -> tuple[str, str]:
    """Return the bucket and the key that a request's path names; either may be empty."""
    bucket, _, key = unquote(urlsplit(path).path).lstrip("/").partition("/")
    return bucket, key


class ObjectsRead:
    """The objects that one execution environment has read, and so may hold in memory.

    Objects that did not exist, and listings of a prefix, count as read.
    """

    def __init__(self) -> None:
        self._objects: set[tuple[str, str]] = set()
        self._prefixes: set[tuple[str, str]] = set()

    def add(self, paths: Iterable[str]) -> None:
        """Add what requests have read, given by their paths and query strings."""
        for path in paths:
            bucket, key = s3_object(path)
            if key:
                self._objects.add((bucket, key))
            else:
                prefix = parse_qs(urlsplit(path).query).get("prefix", [""])[0]
                self._prefixes.add((bucket, prefix))

    def include(self, bucket: str, key: str) -> bool:
        """Tell whether an object has been read; with an empty key, any object of the bucket."""
        if not key:
            return any(bucket == read for read, _ in self._objects | self._prefixes)
        return (bucket, key) in self._objects or any(
            bucket == read and key.startswith(prefix) for read, prefix in self._prefixes
        )

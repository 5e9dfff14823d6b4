"""Files of surveys in the stack's bucket: which there are, what they hold, and conditional writes.

A write names the version that was edited, so that two operators do not overwrite each other:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from survey.domain.definition import (
    DEFAULT_SURVEY,
    config_file_name,
    is_survey_id,
    prompt_file_name,
    survey_folder,
)
from switchboard.errors import Conflict
from tools.stack.stack import Stack

MOST_BYTES: Final = 1_000_000
"""The largest file that is opened; a survey of 200 questions has a tenth of that."""

_THREADS: Final = 8
_CHANGED: Final = "{key} was changed meanwhile by another operator; nothing that you wrote is lost"
_CONFLICTS: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


@dataclass(frozen=True)
class StoredFile:
    """A file as the bucket has it.

    Attributes
    ----------
    key : str
    content : bytes
    etag : str
        What a write names to replace this content and no other.
    version_id : str
    saved_at : datetime
    content_type : str
    """

    key: str
    content: bytes
    etag: str
    version_id: str
    saved_at: datetime
    content_type: str


def list_surveys(stack: Stack) -> Sequence[str]:
    """Return the ids of all surveys, the one without an id first; one request for each thousand."""
    pages = (
        stack.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=stack.bucket, Prefix="surveys/", Delimiter="/")
    )
    names = (
        prefix["Prefix"].removeprefix("surveys/").rstrip("/")
        for page in pages
        for prefix in page.get("CommonPrefixes", ())
    )
    return [DEFAULT_SURVEY, *sorted({name for name in names if is_survey_id(name)} - {DEFAULT_SURVEY})]


def load_files(stack: Stack, survey_id: str) -> Mapping[str, StoredFile]:
    """Return the files of a survey by their keys, the questions first.

    Raises
    ------
    Conflict
        One is too large to be edited here.
    """
    keys = list(_keys(stack, survey_id))
    with ThreadPoolExecutor(_THREADS, "survey-files") as threads:
        found = threads.map(lambda key: read_file(stack, key), keys)
        return {file.key: file for file in found if file is not None}


def read_file(stack: Stack, key: str, version_id: str = "") -> StoredFile | None:
    """Return a file, or a version of it; None where there is none."""
    version = {"VersionId": version_id} if version_id else {}
    try:
        answer = stack.client("s3").get_object(Bucket=stack.bucket, Key=key, **version)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
            return None
        raise
    if answer["ContentLength"] > MOST_BYTES:
        raise Conflict(f"{key} has {answer['ContentLength']:,} bytes: too large to be edited here")
    return StoredFile(
        key,
        answer["Body"].read(),
        answer["ETag"],
        answer.get("VersionId", ""),
        answer["LastModified"],
        answer.get("ContentType", ""),
    )


def write_file(stack: Stack, key: str, content: bytes, base: StoredFile | None) -> StoredFile:
    """Write a file if it is still as it was, and return it.

    Parameters
    ----------
    stack, key, content
    base
        What was edited; None for a new file.

    Raises
    ------
    Conflict
        It was changed, made or deleted meanwhile.
    """
    kind = (base and base.content_type) or mimetypes.guess_type(key)[0] or "text/plain; charset=utf-8"
    condition: dict[str, Any] = {"IfMatch": base.etag} if base else {"IfNoneMatch": "*"}
    try:
        answer = stack.client("s3").put_object(
            Bucket=stack.bucket, Key=key, Body=content, ContentType=kind, **condition
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in _CONFLICTS:
            raise
        # The first try of this same write may have succeeded although its answer was lost.
        there = read_file(stack, key)
        if there is not None and there.content == content:
            return there
        raise Conflict(_CHANGED.format(key=key)) from None
    now = datetime.fromtimestamp(stack.now() / 1000, UTC)
    return StoredFile(key, content, answer["ETag"], answer.get("VersionId", ""), now, kind)


def _keys(stack: Stack, survey_id: str) -> Iterator[str]:
    client, config = stack.client("s3"), config_file_name(survey_id)
    if client.list_objects_v2(Bucket=stack.bucket, Prefix=config, MaxKeys=1).get("Contents"):
        yield config  # read_file finds out whether a longer name begins alike
    folder = survey_folder(survey_id) + "voice-prompts/"
    prefix, suffix = prompt_file_name(survey_id, "*").split("*")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=stack.bucket, Prefix=folder)
    for page in pages:
        for item in page.get("Contents", ()):
            key = str(item["Key"])
            rest = key.removeprefix(prefix)
            if key.startswith(prefix) and key.endswith(suffix) and "/" not in rest:
                yield key

"""Versions of a survey file, which the bucket keeps for 90 days: the list, differences, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from console.data.survey_files.bucket import StoredFile, read_file, write_file
from console.data.survey_files.drafts import SurveyDraft, difference, opened
from console.data.survey_files.findings import blocking, find_problems
from switchboard.errors import Conflict, NotFound
from tools.problem import Problem
from tools.stack.stack import Stack

MOST: Final = 50
"""The latest versions that are listed."""


@dataclass(frozen=True)
class VersionRow:
    """A version in the history.

    Attributes
    ----------
    version_id : str
    saved_at : datetime
    size : int
        Bytes.
    is_current : bool
    is_deletion : bool
        Whether the file was deleted then.
    """

    version_id: str
    saved_at: datetime
    size: int
    is_current: bool
    is_deletion: bool = False


def load_versions(stack: Stack, key: str) -> Sequence[VersionRow]:
    """Return the latest versions of a file, newest first.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    """
    answer = stack.client("s3").list_object_versions(Bucket=stack.bucket, Prefix=key, MaxKeys=MOST)
    rows = [
        VersionRow(
            item["VersionId"], item["LastModified"], item.get("Size", 0), item["IsLatest"], is_deletion=mark
        )
        for name, mark in (("Versions", False), ("DeleteMarkers", True))
        for item in answer.get(name, ())
        if item["Key"] == key
    ]
    return sorted(rows, key=lambda row: (row.is_current, row.saved_at), reverse=True)


def load_version(stack: Stack, key: str, version_id: str) -> StoredFile:
    """Return a version of a file.

    Raises
    ------
    NotFound
        The bucket keeps it no longer.
    """
    found = read_file(stack, key, version_id)
    if found is None:
        raise NotFound(f"the bucket keeps this version of {key} no longer")
    return found


def changes(stack: Stack, key: str, version_id: str, before: str) -> Sequence[str]:
    """Return what a version changed since the one before it; all of it where there is none ("")."""
    old = opened(load_version(stack, key, before)).text if before else ""
    return difference(old, opened(load_version(stack, key, version_id)).text)


@dataclass(frozen=True)
class Restoration:
    """A version that could become the newest one again.

    Attributes
    ----------
    file : StoredFile
        The version.
    current : StoredFile or None
        What it would replace.
    lines : Sequence[str]
        What would change.
    errors : Sequence[Problem]
        For which it cannot be restored.
    """

    file: StoredFile
    current: StoredFile | None
    lines: Sequence[str]
    errors: Sequence[Problem]


def plan_restoration(stack: Stack, draft: SurveyDraft, key: str, version_id: str) -> Restoration:
    """Return what restoring a version would change, and what speaks against it."""
    file = load_version(stack, key, version_id)
    current = read_file(stack, key)
    text = opened(current).text if current else ""
    saved = draft.contents(())
    before = find_problems(draft.survey_id, saved)
    after = find_problems(draft.survey_id, {**saved, key: file.content})
    errors = blocking(before, after, (key,))
    return Restoration(file, current, difference(text, opened(file).text), errors)


def restore(stack: Stack, plan: Restoration) -> StoredFile:
    """Make an older version's content, byte for byte, the newest version.

    Raises
    ------
    Conflict
        The file was changed since the plan was made, or the version has an error.
    """
    if plan.errors:
        raise Conflict("\n".join(str(one) for one in plan.errors))
    return write_file(stack, plan.file.key, plan.file.content, plan.current)

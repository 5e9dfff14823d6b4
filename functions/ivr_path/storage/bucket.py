"""The bucket: contexts that are too large for the table, and the archive."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ivr_path.domain.call_path import CallPath
from ivr_path.domain.step import Step, merge_steps
from ivr_path.settings import settings
from ivr_path.storage.path_item import PathItem
from switchboard.aws import s3
from switchboard.log import logger

OVERFLOW: Final = "ivr-contexts/"
ARCHIVE: Final = "ivr-paths/"


def write_overflow(call_sid: str, digest: str, content: Mapping[str, Any]) -> str:
    """Write the parts of a path that are too large for the table.

    Returns
    -------
    str
        The object's key. Different content has a different key, so an item never points to another's content.
    """
    key = f"{OVERFLOW}{call_sid}/{digest[:16]}.json"
    s3.write(settings().ivr_bucket, key, _to_json(content))
    return key


def load_overflow(item: PathItem) -> CallPath:
    """Return a call's path with its parts in the bucket, as far as the bucket still has them."""
    if item.overflow is None:
        return item.path
    body = s3.read(settings().ivr_bucket, item.overflow)
    if body is None:
        logger.warning("A context is gone from the bucket", extra={"key": item.overflow})
        return item.path
    content = json.loads(body)
    steps = [Step(*row) for row in content.get("steps", [])]
    return replace(
        item.path,
        steps=merge_steps(item.path.steps.values(), steps),
        widgets=content.get("widgets", {}),
    )


def write_archive(document: Mapping[str, Any]) -> None:
    """Write a finished record to the archive, where Athena finds it (docs/athena.sql).

    One object a call, with one JSON object on its one line. A later record replaces an earlier one.
    """
    s3.write(settings().ivr_bucket, archive_key(document), _to_json(document) + b"\n")


def archive_key(document: Mapping[str, Any]) -> str:
    """Return a record's key: ``ivr-paths/year=…/month=…/day=…/<callSid>.json``, by UTC."""
    return f"{archive_folder(document['startedAt'][:10])}{document['callSid']}.json"


def archive_folder(day: str) -> str:
    """Return what the keys of a day's records begin with; the day is by UTC, as ``2026-03-01``."""
    year, month, day_of_month = day.split("-")
    return f"{ARCHIVE}year={year}/month={month}/day={day_of_month}/"


def _to_json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

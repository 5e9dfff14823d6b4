"""The bucket: contexts that are too large for the table, and the archive."""

import json
from collections.abc import Mapping
from typing import Any, Final

from ivr_path.settings import settings
from switchboard import s3
from switchboard.log import logger

OVERFLOW: Final = "ivr-contexts/"
ARCHIVE: Final = "ivr-paths/"


def put_overflow(call_sid: str, digest: str, content: Mapping[str, Any]) -> str:
    """Keep what is too large for the table.

    Returns
    -------
    str
        The object's key. Another content has another key, so a record never points to what is not its own.
    """
    key = f"{OVERFLOW}{call_sid}/{digest[:16]}.json"
    _put(key, json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    return key


def get_overflow(key: str) -> dict[str, Any]:
    """Return what was too large for the table; nothing if the bucket no longer has it."""
    body = s3.read(settings().ivr_bucket, key)
    if body is None:
        logger.warning("A context is gone from the bucket", extra={"key": key})
        return {}
    content: dict[str, Any] = json.loads(body)
    return content


def archive(record: Mapping[str, Any]) -> None:
    """Write a finished record to the archive, where Athena finds it (docs/athena.sql).

    One object a call, one JSON object on its one line. Written again, it takes the place of what was there.
    """
    _put(archive_key(record), json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def archive_key(record: Mapping[str, Any]) -> str:
    """Return a record's place in the archive: ``ivr-paths/year=…/month=…/day=…/<callSid>.json``, by UTC."""
    year, month, day = record["startedAt"][:10].split("-")
    return f"{ARCHIVE}year={year}/month={month}/day={day}/{record['callSid']}.json"


def _put(key: str, text: str) -> None:
    s3.write(settings().ivr_bucket, key, text)

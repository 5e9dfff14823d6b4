"""Lists of campaigns in S3, as JSON lines in parts, so that a run reads only the rows that it takes."""

import json
from collections.abc import Iterator
from typing import Any, Final

from survey.domain.campaign.campaign import PART_ROWS, Campaign
from survey.domain.campaign.recipient import Recipient
from survey.settings import CampaignSettings
from switchboard.aws import s3
from switchboard.settings import from_environment

FOLDER: Final = "campaigns/"

DELETED: Final = "{}"
"""The row of a person who was deleted; the rows behind it keep their places."""


LARGEST_FILE: Final = 16 * 1024 * 1024
"""Bytes of a file that is read at once."""


class FileTooLarge(Exception):
    """A file is larger than a list may be."""


class ListGone(Exception):
    """A part of a campaign's list is not in the bucket, or cannot be read."""


class ListWriter:
    """Writes a campaign's list, part after part; only one part is in memory.

    Attributes
    ----------
    list_id : str
        Names the list among those of the campaign.
    rows : int
        How many were added.
    """

    def __init__(self, survey_id: str, campaign_id: str, list_id: str) -> None:
        self.list_id = list_id
        self._prefix = prefix(survey_id, campaign_id, list_id)
        self._lines: list[str] = []
        self.rows = 0

    def add(self, recipient: Recipient) -> None:
        """Add a row."""
        self._lines.append(f"{json.dumps(_to_json(recipient), ensure_ascii=False)}\n")
        self.rows += 1
        if len(self._lines) == PART_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are not written yet."""
        if self._lines:
            part = (self.rows - 1) // PART_ROWS
            s3.write(_bucket(), _key(self._prefix, part), "".join(self._lines), "application/x-ndjson")
            self._lines.clear()

    def discard(self) -> None:
        """Delete the list that was written."""
        for part in range((self.rows + PART_ROWS - 1) // PART_ROWS):
            s3.delete(_bucket(), _key(self._prefix, part))


def read_rows(campaign: Campaign, start: int) -> Iterator[Recipient | None]:
    """Yield the recipients of a list from a row on, None for one who was deleted; one part is in memory.

    Raises
    ------
    ListGone
        A row cannot be read.
    """
    folder = prefix(campaign.survey_id, campaign.campaign_id, campaign.list_id)
    row = start
    while row < campaign.rows:
        part, skipped = divmod(row, PART_ROWS)
        key = _key(folder, part)
        content = (s3.read(_bucket(), key) or b"").decode(errors="replace").removesuffix("\n")
        lines = content.split("\n") if content else []
        for line in lines[skipped : min(PART_ROWS, campaign.rows - part * PART_ROWS)]:
            yield _from_line(line, key)
            row += 1
        if row < min((part + 1) * PART_ROWS, campaign.rows):
            raise ListGone(f"{key} is gone, or ends too early")


def read_file(key: str) -> bytes | None:
    """Return a CSV file that an operator has put into the bucket; None if there is none.

    Raises
    ------
    FileTooLarge
        It has more than `LARGEST_FILE` bytes.
    """
    if (s3.size(_bucket(), key) or 0) > LARGEST_FILE:
        raise FileTooLarge
    return s3.read(_bucket(), key)


def prefix(survey_id: str, campaign_id: str = "", list_id: str = "") -> str:
    """Return the folder of a list, or of all of a campaign's or a survey's lists."""
    return "".join(f"{name}/" for name in (FOLDER.rstrip("/"), survey_id, campaign_id, list_id) if name)


def _to_json(recipient: Recipient) -> dict[str, Any]:
    row = {
        "line": recipient.line,
        "to": recipient.number,
        "language": recipient.language,
        "timeZone": recipient.zone,
        "fields": dict(recipient.fields),
    }
    return {name: value for name, value in row.items() if value}


def _from_line(line: str, key: str) -> Recipient | None:
    if line == DELETED:
        return None
    try:
        row = json.loads(line)
        return Recipient(
            row["to"], row["line"], row.get("language", ""), row.get("timeZone", ""), row.get("fields", {})
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ListGone(f"{key} has a row that cannot be read") from None


def _bucket() -> str:
    return from_environment(CampaignSettings).config_bucket


def _key(folder: str, part: int) -> str:
    return f"{folder}{part:05}.jsonl"

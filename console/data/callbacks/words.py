"""What a callback's attributes say, in words: other applications write attributes, too, of any type."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from callback.domain.earlier_requests import EarlierRequest, requests_of
from callback.domain.task_attributes import recording_of
from console.context import Console
from tools.open_work.callbacks import OpenCallback
from tools.open_work.masking import is_withheld

WITHHELD: Final = "Number withheld"
UNKNOWN: Final = "No number"
MASKED: Final = "Masked: the eye at the top shows it."

_RECORDING: Final = re.compile(r"RE[0-9a-f]{32}", re.IGNORECASE)
_LONGEST: Final = 64


def person(console: Console, number: str) -> str:
    """Return whose number it is, masked where the operator wants it."""
    if not number.strip():
        return UNKNOWN
    if is_withheld(number):
        return WITHHELD
    if not console.show_numbers:
        return console.masked_person(number)
    return number if len(number) <= _LONGEST else f"{number[:_LONGEST]}…"


def words(console: Console, said: str) -> str:
    """Return what a person said or wrote, or that it is masked."""
    return said if console.show_numbers else MASKED


def messages_of(item: OpenCallback) -> Sequence[EarlierRequest]:
    """Return what each request that became part of a callback has said, oldest first."""
    return requests_of({**item.attributes, "callBackData": item.data})


def transcript_of(item: OpenCallback) -> str:
    """Return the transcript of a voicemail; "" where there is none, or the recording was deleted."""
    if is_deleted(item):
        return ""
    return _text(item.data.get("TranscriptionText")) or _text(item.data.get("transcriptText"))


def is_deleted(item: OpenCallback) -> bool:
    """Tell whether an agent has deleted the recording."""
    return str(item.data.get("isDeleted")).lower() == "true"


def recording_sid_of(item: OpenCallback) -> str:
    """Return the SID of a voicemail's recording, RE…; "" where there is none, or it was deleted.

    Tasks of older deployments name it in the recording's URL only.
    """
    if is_deleted(item):
        return ""
    sid = recording_of(item.attributes) or ""
    if _RECORDING.fullmatch(sid):
        return sid
    urls = (_text(item.data.get(name)) for name in ("RecordingUrl", "recordingUrl"))
    found = (_RECORDING.search(url) for url in urls)
    return next((match[0] for match in found if match), "")


def attempts_in_words(attempts: int, most: int) -> str:
    """Return how often a callback was put back into the queue; `most` is 0 for any number of times."""
    return f"put back {attempts:,} of {most:,} times" if most else f"put back {attempts:,} times"


def next_opening_of(item: OpenCallback) -> str:
    """Return when the team was next to be there, where the callback was asked for outside its hours."""
    moment, zone = _text(item.data.get("nextOpening")), _text(item.data.get("mainTimeZone"))
    return in_zone(moment, zone) if moment else ""


def in_zone(moment: str, zone: str) -> str:
    """Return a point in time, ISO 8601, by the clock of a time zone, or of UTC where there is no such zone.

    Example
    -------
        >>> in_zone("2026-11-30T14:00:00Z", "America/New_York")
        'Mon 30 Nov 2026, 09:00 (America/New_York)'
    """
    try:
        read = datetime.fromisoformat(moment)
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        local, name = _in_zone(aware, zone)
    except (ValueError, OverflowError):
        return moment[:_LONGEST]
    return f"{local:%a %d %b %Y, %H:%M} ({name})"


def _in_zone(moment: datetime, zone: str) -> tuple[datetime, str]:
    try:
        return moment.astimezone(ZoneInfo(zone)), zone
    except (KeyError, ValueError, OSError):
        return moment.astimezone(UTC), "UTC"


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""

"""Identifiers and times in the forms that Twilio writes them."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def new_sid(prefix: str) -> str:
    """Return a fresh SID: two letters and 32 hex digits."""
    return prefix + uuid.uuid4().hex


def is_sid(text: str, prefix: str) -> bool:
    """Whether ``text`` has the form of a SID of this kind."""
    return re.fullmatch(prefix + "[0-9a-fA-F]{32}", text) is not None


def is_e164(text: str) -> bool:
    """Whether ``text`` is ``+`` and 7 to 15 digits, the first not zero."""
    return E164.fullmatch(text) is not None


def rfc2822(seconds: float | None) -> str | None:
    """Write a time as the 2010 API does, ``Fri, 24 May 2019 17:44:46 +0000``; None stays None."""
    return None if seconds is None else format_datetime(datetime.fromtimestamp(int(seconds), tz=UTC))


def iso8601(seconds: float) -> str:
    """Write a time as the newer APIs do, ``2019-05-24T17:44:46Z``."""
    return datetime.fromtimestamp(int(seconds), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso8601(text: str) -> datetime | None:
    """Return a date and time in ISO 8601 that has a zone; None for any other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None

"""The requests that one task stands for: the time, the message, the caller ID and the flow of each.

While a task waits, further requests of its number become part of it. ``callBackData.requests`` lists them as
soon as there are two that differ, and ``message`` is then all their messages with their times.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from switchboard.timestamps import parse_iso_ms

_MOST_CHARACTERS: Final = 6000
"""All messages of a task together: TaskRouter's attributes are small."""


@dataclass(frozen=True)
class EarlierRequest:
    """A request that has become part of a task.

    Attributes
    ----------
    at : str
        When it was made, as its ``utcDateTimeReceived``.
    number_from : str or None
        The number that the person had called.
    flow, message : str or None
    """

    at: str
    number_from: str | None
    flow: str | None
    message: str | None

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """The sort key: the time, then all that the request says."""
        return self.since, self.at, self.number_from or "", self.flow or "", self.message or ""

    @property
    def since(self) -> int:
        """The time in milliseconds since the epoch; 0 if another application has made it unreadable."""
        with contextlib.suppress(ValueError):
            return parse_iso_ms(self.at)
        return 0

    def adds_nothing_to(self, other: "EarlierRequest") -> bool:
        """Tell whether another request says the same, or more."""
        pairs = (
            (self.number_from, other.number_from),
            (self.flow, other.flow),
            (self.message, other.message),
        )
        return all(mine in {None, theirs} for mine, theirs in pairs)


def requests_of(attributes: Mapping[str, Any]) -> list[EarlierRequest]:
    """Return the requests that a task stands for, from its attributes."""
    data = attributes["callBackData"]
    listed = data.get("requests")
    if isinstance(listed, list) and listed and all(isinstance(one, dict) for one in listed):
        return [_read(one, one.get("flow_execution_sid"), one.get("message")) for one in listed]
    return [_read(data, attributes.get("flow_execution_sid"), attributes.get("message"))]


def merge_requests(
    known: Iterable[EarlierRequest], news: Iterable[EarlierRequest], *, is_same: bool
) -> list[EarlierRequest]:
    """Return all requests sorted by time, without those that add nothing to another one.

    Parameters
    ----------
    known, news : Iterable[EarlierRequest]
    is_same : bool
        Whether the news are of the same request, such as the transcription of its recording.
    """
    kept: list[EarlierRequest] = []
    for one in sorted({*known, *news}, key=lambda one: one.order):
        if any(one.adds_nothing_to(other) for other in kept):
            continue
        parts = [
            other for other in kept if other.adds_nothing_to(one) and (is_same or other.since == one.since)
        ]
        kept = [other for other in kept if other not in parts]
        kept.append(replace(one, at=parts[0].at) if parts else one)
    while len(kept) > 2 and sum(len(one.message or "") for one in kept) > _MOST_CHARACTERS:
        del kept[1]
    return kept


def message_of(requests: list[EarlierRequest]) -> str | None:
    """Return the message of the only request that has one, or all messages with their times."""
    messages = [one for one in requests if one.message is not None]
    if len(messages) < 2:
        return messages[0].message if messages else None
    return "\n".join(f"{one.at}: {one.message}" for one in messages)


def listed(requests: list[EarlierRequest]) -> list[dict[str, str | None]]:
    """Return requests as a task's attributes have them."""
    return [
        {
            "utcDateTimeReceived": one.at,
            "numberToCallFrom": one.number_from,
            "flow_execution_sid": one.flow,
            "message": one.message,
        }
        for one in requests
    ]


def _read(fields: Mapping[str, Any], flow: Any, message: Any) -> EarlierRequest:
    at = fields.get("utcDateTimeReceived")
    return EarlierRequest(
        at if isinstance(at, str) else "", _text(fields.get("numberToCallFrom")), _text(flow), _text(message)
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

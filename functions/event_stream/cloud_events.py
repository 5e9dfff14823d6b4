"""Which CloudEvents of a batch go onto the bus, and in what form."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from switchboard.bus import BYTES_PER_REQUEST, size
from switchboard.validation import is_sid

SOURCE: Final = "switchboard.event_stream"
"""The source of the bus events; their detail type is the type of the CloudEvent, their detail all of it."""

PACK_SOURCE: Final = "switchboard.event_stream.pack"
PACKED: Final = "events.packed"
"""Source and detail type of a bus event that holds many CloudEvents, for event_stream.unpack only."""

CloudEvent = Mapping[str, Any]

_MAX_TYPE: Final = 128  # PutEvents takes no longer detail type
_MAX_CUT_FIELDS: Final = 100
_PACK_BYTES: Final = 200_000
_PACK_EVENTS: Final = 500


@dataclass(frozen=True)
class Selection:
    """What becomes of a batch.

    Attributes
    ----------
    events : list
        The CloudEvents that go onto the bus.
    refused : Counter
        How many do not, by reason: "form" (not a CloudEvent), "account" (another account's), "size" (too
        large for the bus in any form).
    truncated : int
        How many of the events had fields taken out.
    """

    events: list[CloudEvent]
    refused: Counter[str]
    truncated: int


def select_events(batch: Sequence[Any], account_sid: str) -> Selection:
    """Return the events of a batch that the bus can carry; one that it cannot does not hold up the others."""
    events: list[CloudEvent] = []
    refused: Counter[str] = Counter()
    truncated = 0
    for item in batch:
        if not _is_cloud_event(item):
            refused["form"] += 1
        elif _is_of_another_account(item, account_sid):
            refused["account"] += 1
        else:
            event = _fit_to_bus(item)
            if event is None:
                refused["size"] += 1
                continue
            truncated += event is not item
            events.append(event)
    return Selection(events, refused, truncated)


def pack(events: Sequence[CloudEvent]) -> Iterator[list[CloudEvent]]:
    """Yield the events in lists, each of which fits into one event of the bus, or holds a single event."""
    packed: list[CloudEvent] = []
    filled = 0
    for event in events:
        length = size(event["type"], event)
        if packed and (len(packed) == _PACK_EVENTS or filled + length > _PACK_BYTES):
            yield packed
            packed, filled = [], 0
        packed.append(event)
        filled += length
    if packed:
        yield packed


def _is_cloud_event(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    kind = item.get("type")
    return isinstance(kind, str) and 0 < len(kind.encode()) <= _MAX_TYPE


def _is_of_another_account(event: CloudEvent, account_sid: str) -> bool:
    """Tell whether the event's data, or TaskRouter's payload in the data, names another account."""
    data = event.get("data")
    payload = data.get("payload") if isinstance(data, dict) else None
    for fields in (data, payload):
        if isinstance(fields, dict):
            named = [fields.get("account_sid"), fields.get("accountSid")]
            if any(isinstance(sid, str) and is_sid(sid, "AC") and sid != account_sid for sid in named):
                return True
    return False


def _fit_to_bus(event: CloudEvent) -> CloudEvent | None:
    """Return an event that fits onto the bus, without its largest fields where it would not fit with them.

    ``truncated`` names the fields that were taken out, such as "data.payload.task_attributes". None if what
    is left is still too large.
    """
    try:
        excess = size(event["type"], event) - BYTES_PER_REQUEST
    except RecursionError:
        return None
    if excess <= 0:
        return event
    data = event.get("data")
    payload = data.get("payload") if isinstance(data, dict) else None
    shortened = {name: dict(fields) for name, fields in _objects(event, data, payload)}
    lengths = sorted(
        ((size("", {field: value}), name, field) for name, field, value in _fields(shortened)), reverse=True
    )
    cut: list[str] = []
    for length, name, field in lengths[:_MAX_CUT_FIELDS]:
        del shortened[name][field]
        cut.append(f"{name}.{field}".removeprefix("event."))
        excess -= length
        if excess <= 0:
            candidate = _reassemble(shortened) | {"truncated": cut}
            excess = size(event["type"], candidate) - BYTES_PER_REQUEST
            if excess <= 0:
                return candidate
    return None


def _objects(event: Any, data: Any, payload: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, fields in (("event", event), ("data", data), ("data.payload", payload)):
        if isinstance(fields, dict):
            yield name, fields


def _fields(objects: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Yield the fields that can be taken out: all but the event's id and type, and the objects themselves."""
    for name, fields in objects.items():
        for field, value in fields.items():
            is_needed = name == "event" and field in {"id", "type"}
            is_object = (name, field) in {("event", "data"), ("data", "payload")} and isinstance(value, dict)
            if not is_needed and not is_object:
                yield name, field, value


def _reassemble(objects: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    event = dict(objects["event"])
    if "data" in objects:
        event["data"] = dict(objects["data"])
    if "data.payload" in objects:
        event["data"]["payload"] = objects["data.payload"]
    return event

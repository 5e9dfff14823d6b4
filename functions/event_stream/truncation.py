"""Truncation of events that are too large for the bus: their largest fields are taken out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from switchboard.bus import BYTES_PER_REQUEST, size

_MAX_CUT_FIELDS: Final = 100


def fit_to_bus(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the event, without its largest fields if it does not fit onto the bus with them.

    ``truncated`` names the fields that were taken out, such as "data.payload.task_attributes". None if the
    rest is still too large.
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

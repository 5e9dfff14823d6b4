"""A whole map, checked before it is saved: every fault is told with the route and the field it is in."""

from collections.abc import Mapping
from typing import Any

from sip_router.domain.route import Kind, check_address, read_route
from switchboard.errors import FieldError

MAX_PATTERNS = 1000
MAX_DEPTH = 20
MAX_ERRORS = 100
MAX_COUNTED_ERRORS = 10_000


def check_map(data: Any) -> list[FieldError]:
    """Return what is wrong with a map; nothing, if it may be saved.

    Parameters
    ----------
    data : Any
        What should be ``{"routes": [{"address", "comment", "type", "destination", …}], "default": {"type",
        "destination", …}}``.

    Returns
    -------
    list[FieldError]
        The first 100, and how many more there are. The field is a path such as
        ``data.routes[3].destination``; the message begins with the route's address.
    """
    if not isinstance(data, Mapping):
        return [FieldError(field="data", message="must be an object with routes and default")]
    errors: list[FieldError] = []
    routes = data.get("routes")
    if not isinstance(routes, list):
        errors.append(FieldError(field="data.routes", message="must be a list of routes"))
        routes = []
    _check_routes(routes, errors)
    default = data.get("default")
    if isinstance(default, Mapping):
        _check_one(default, "data.default", "the default route", errors)
    else:
        errors.append(FieldError(field="data.default", message="must be an object with type and destination"))
    errors += [
        FieldError(field=f"data.{name}", message="is nested too deeply")
        for name in data.keys() - {"routes", "default"}
        if not _is_flat(data[name], MAX_DEPTH)
    ]
    return _shortened(errors)


def _shortened(errors: list[FieldError]) -> list[FieldError]:
    more = len(errors) - MAX_ERRORS
    if more <= 0:
        return errors
    counted = MAX_COUNTED_ERRORS - MAX_ERRORS
    number = f"more than {counted:,}" if more > counted else f"{more:,}"
    last = FieldError(field="data", message=f"has {number} more {'fault' if more == 1 else 'faults'}")
    return [*errors[:MAX_ERRORS], last]


def _check_routes(routes: list[Any], errors: list[FieldError]) -> None:
    taken: dict[tuple[Kind, str], int] = {}
    patterns = 0
    for number, raw in enumerate(routes):
        field = f"data.routes[{number}]"
        if len(errors) > MAX_COUNTED_ERRORS:
            return
        if not isinstance(raw, Mapping):
            errors.append(FieldError(field=field, message="must be an object"))
            continue
        name = _name(raw, number)
        found: list[FieldError] = []
        key = check_address(raw, field, found)
        if key and taken.setdefault(key, number) != number:
            message = f"is taken already, by data.routes[{taken[key]}]"
            found.append(FieldError(field=f"{field}.address", message=message))
        patterns += key is not None and key[0] is Kind.PATTERN
        if patterns == MAX_PATTERNS + 1:
            patterns += 1
            message = f"is one pattern too many: a map may have {MAX_PATTERNS:,}"
            found.append(FieldError(field=f"{field}.address", message=message))
        errors += _named(name, found)
        _check_one(raw, field, name, errors)


def _check_one(raw: Mapping[str, Any], field: str, name: str, errors: list[FieldError]) -> None:
    found: list[FieldError] = []
    if not isinstance(raw.get("comment"), str | None):
        found.append(FieldError(field=f"{field}.comment", message="must be a text"))
    found += [
        FieldError(field=f"{field}.{name}", message="is nested too deeply")
        for name, value in raw.items()
        if isinstance(value, dict | list) and not _is_flat(value, MAX_DEPTH)
    ]
    read_route(raw, field, found)
    errors += _named(name, found)


def _is_flat(value: Any, depth: int) -> bool:
    """Tell whether no list or object is nested deeper: whoever reads it later must be able to."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_flat(part, depth - 1) for part in inner if isinstance(part, dict | list))


def _named(name: str, errors: list[FieldError]) -> list[FieldError]:
    return [FieldError(field=error["field"], message=f"{name}: {error['message']}") for error in errors]


def _name(raw: Mapping[str, Any], number: int) -> str:
    address = raw.get("address")
    return (
        f"route {address[:80]}"
        if isinstance(address, str) and address.strip()
        else f"route number {number + 1}"
    )

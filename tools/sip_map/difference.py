"""The difference between two maps of SIP routes, in words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sip_router.domain.diff import changed_fields

_SHOWN = 50


def describe(change: Mapping[str, Any]) -> list[str]:
    """Return a difference in words, a line for each route: + added, - removed, ~ changed."""
    lines = [f"+ {_route(route)}" for route in change["added"]]
    lines += [f"- {_route(route)}" for route in change["removed"]]
    for item in change["changed"]:
        lines += [f"~ {item['address']}", *_fields(item["before"], item["after"], item["fields"])]
    if change["default"]:
        before, after = change["default"]["before"], change["default"]["after"]
        lines += ["~ the default route", *_default(before, after)]
    for item in change["more"]:
        lines.append(f"~ {item['field']}: {_short(item['before'])} → {_short(item['after'])}")
    if change["patternsReordered"]:
        lines.append("~ patterns are tried in another order")
    if len(lines) > 2 * _SHOWN:
        return [*lines[:_SHOWN], f"… and {len(lines) - _SHOWN:,} lines more"]
    return lines


def _route(route: Any) -> str:
    """Return a route in one line. One that came with the seed may lack fields, or be no object at all."""
    if not isinstance(route, Mapping) or not {"address", "type", "destination"} <= route.keys():
        return _short(route)
    return f"{route['address']}: {route['type']} {_short(route['destination'])}"


def _default(before: Any, after: Any) -> list[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _fields(before, after, changed_fields(before, after))
    return [f"    {_short(before)} → {_short(after)}"]


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [f"    {name}: {_short(before.get(name))} → {_short(after.get(name))}" for name in names]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"

"""The difference between two route tables."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sip_router.domain.route import Kind, matching


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed from one route table to another.

    Parameters
    ----------
    before, after : Mapping[str, Any]
        Route tables. Faulty routes, which came with the seed, are compared by all that they hold.

    Returns
    -------
    dict[str, Any]
        ``added`` and ``removed`` are routes; ``changed`` are ``{"address", "fields", "before", "after"}``,
        routes that match the same addresses; ``default`` is ``{"before", "after"}`` or None; ``more`` are
        ``{"field", "before", "after"}``, what else the route tables hold beside routes and default;
        ``patternsReordered`` tells whether patterns that are in both are tried in another order.

    Example
    -------
        >>> route = {"address": "4321", "type": "say", "destination": "Hello"}
        >>> before, after = ({"routes": routes, "default": {}} for routes in ([], [route]))
        >>> difference(before, after)["added"] == [route]
        True
    """
    old, new = routes_by_key(before), routes_by_key(after)
    return {
        "added": [raw for key, raw in new.items() if key not in old],
        "removed": [raw for key, raw in old.items() if key not in new],
        "changed": [
            {
                "address": raw["address"],
                "fields": changed_fields(old[key], raw),
                "before": old[key],
                "after": raw,
            }
            for key, raw in new.items()
            if key in old and old[key] != raw
        ],
        "default": (
            None
            if before.get("default") == after.get("default")
            else {"before": before.get("default"), "after": after.get("default")}
        ),
        "more": [
            {"field": name, "before": before.get(name), "after": after.get(name)}
            for name in changed_fields(before, after)
            if name not in {"routes", "default"}
        ],
        "patternsReordered": _patterns(old, new) != _patterns(new, old),
    }


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields in which two routes, or route tables, differ."""
    return sorted(
        name
        for name in {*before, *after}
        if (name in before) != (name in after) or before.get(name) != after.get(name)
    )


def routes_by_key(data: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return routes by the keys with which addresses are compared to theirs.

    Routes that have the same address, or none, are told apart by their content and their order.
    """
    found: dict[tuple[str, str], Any] = {}
    seen: Counter[str] = Counter()
    for raw in data["routes"]:
        key: tuple[str, str] | None = None
        if isinstance(raw, Mapping) and isinstance(raw.get("address"), str):
            key = matching(raw["address"], raw.get("match"))
        if key is None or key in found:
            content = json.dumps(raw, sort_keys=True)
            seen[content] += 1
            key = ("faulty", f"{seen[content]} {content}")
        found[key] = raw
    return found


def _patterns(of: Mapping[tuple[str, str], Any], among: Mapping[tuple[str, str], Any]) -> list[str]:
    return [key for kind, key in of if kind == Kind.PATTERN and (kind, key) in among]

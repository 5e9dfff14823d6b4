"""What is different between two maps."""

from collections.abc import Mapping
from typing import Any

from sip_router.domain.route import Kind, matching


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed from one map to another.

    Parameters
    ----------
    before, after : Mapping[str, Any]
        Maps that have been checked.

    Returns
    -------
    dict[str, Any]
        ``added`` and ``removed`` are routes; ``changed`` are ``{"address", "fields", "before", "after"}``,
        routes that match the same addresses; ``default`` is ``{"before", "after"}`` or None; ``more`` are
        ``{"field", "before", "after"}``, what else the maps hold beside routes and default;
        ``patternsReordered`` tells whether patterns that are in both are tried in another order.

    Example
    -------
        >>> route = {"address": "4321", "type": "say", "destination": "Hello"}
        >>> maps = [{"routes": routes, "default": {}} for routes in ([], [route])]
        >>> difference(*maps)["added"] == [route]
        True
    """
    old, new = _by_key(before), _by_key(after)
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
            if before["default"] == after["default"]
            else {"before": before["default"], "after": after["default"]}
        ),
        "more": [
            {"field": name, "before": before.get(name), "after": after.get(name)}
            for name in changed_fields(before, after)
            if name not in {"routes", "default"}
        ],
        "patternsReordered": _patterns(old, new) != _patterns(new, old),
    }


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields in which two routes, or maps, differ."""
    return sorted(
        name
        for name in {*before, *after}
        if (name in before) != (name in after) or before.get(name) != after.get(name)
    )


def _by_key(data: Mapping[str, Any]) -> dict[tuple[Kind, str], Mapping[str, Any]]:
    return {matching(raw): raw for raw in data["routes"]}


def _patterns(of: Mapping[tuple[Kind, str], Any], among: Mapping[tuple[Kind, str], Any]) -> list[str]:
    return [key for kind, key in of if kind is Kind.PATTERN and (kind, key) in among]

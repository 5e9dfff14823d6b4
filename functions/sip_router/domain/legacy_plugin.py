"""Keep the fields of routes that the older Flex plugin does not know.

The plugin sends back the whole answer of /admin/list, with unknown fields of the routes that it did not
touch. But a route that was edited in its form comes back with the form's four fields alone.
``versionIsDeployed`` tells the plugin from a client that removes a schedule on purpose: only the whole answer
has that field.
"""

from collections.abc import Mapping
from typing import Any

from sip_router.domain.route import OLD_FIELDS


def with_kept_fields(data: Any, base: Mapping[str, Any]) -> Any:
    """Return a route table with the newer fields that its routes lost in the plugin.

    Parameters
    ----------
    data : Any
        The route table as the older plugin sent it, not checked yet.
    base : Mapping[str, Any]
        The route table that it was made from; routes that came with the seed may be faulty.
    """
    if not isinstance(data, Mapping):
        return data
    kept = dict(data)
    if isinstance(data.get("routes"), list):
        before = [raw for raw in base["routes"] if _has_address(raw)]
        missing = _not_sent_back(before, data["routes"])
        untouched = {raw["address"]: raw for raw in before if _is_bare(raw)}
        kept["routes"] = [
            raw if _is_same(raw, untouched) else _restored(raw, missing) for raw in data["routes"]
        ]
    if _is_bare(data.get("default")) and isinstance(base.get("default"), Mapping):
        kept["default"] = {**base["default"], **data["default"]}
    return kept


def _not_sent_back(before: list[Any], sent: list[Any]) -> Mapping[str, list[Any]]:
    """Return the routes that did not come back as they were, by address: a bare route may be one of them."""
    returned: dict[str, list[Any]] = {}
    for raw in sent:
        if _has_address(raw):
            returned.setdefault(raw["address"], []).append(raw)
    missing: dict[str, list[Any]] = {}
    for raw in before:
        if raw not in returned.get(raw["address"], ()):
            missing.setdefault(raw["address"], []).append(raw)
    return missing


def _restored(raw: Any, missing: Mapping[str, list[Any]]) -> Any:
    """Return a bare route with its fields.

    Where an address and a prefix, say, are written alike, only one of them may be missing: otherwise nothing
    tells whose fields they are.
    """
    if not _is_bare(raw) or not _has_address(raw):
        return raw
    candidates = missing.get(raw["address"], ())
    return {**candidates[0], **raw} if len(candidates) == 1 else raw


def _is_same(raw: Any, untouched: Mapping[str, Any]) -> bool:
    return _is_bare(raw) and _has_address(raw) and untouched.get(raw["address"]) == raw


def _is_bare(raw: Any) -> bool:
    return isinstance(raw, Mapping) and set(raw) <= OLD_FIELDS


def _has_address(raw: Any) -> bool:
    return isinstance(raw, Mapping) and isinstance(raw.get("address"), str)

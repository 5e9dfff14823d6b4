"""What the older Flex plugin does not know must survive it.

It sends back the whole answer of /admin/list, with unknown fields of routes that were not touched. But a
route that was edited in its form comes back with the form's four fields alone. ``versionIsDeployed`` tells it
from a client that removes a schedule on purpose: only who sends back the whole answer sends that.
"""

from collections.abc import Mapping
from typing import Any

from sip_router.domain.route import OLD_FIELDS


def is_whole_answer(body: Mapping[str, Any]) -> bool:
    """Tell whether the body of an update is the answer of /admin/list, edited."""
    return "versionIsDeployed" in body


def with_kept_fields(data: Any, base: Mapping[str, Any]) -> Any:
    """Return a map in which routes that lost their newer fields have them back.

    Parameters
    ----------
    data : Any
        The map as the older plugin sent it, not checked yet.
    base : Mapping[str, Any]
        The version that it was made from.
    """
    if not isinstance(data, Mapping):
        return data
    kept = dict(data)
    if isinstance(data.get("routes"), list):
        missing = _not_sent_back(base["routes"], data["routes"])
        untouched = {raw["address"]: raw for raw in base["routes"] if _is_bare(raw)}
        kept["routes"] = [
            raw if _is_same(raw, untouched) else _restored(raw, missing) for raw in data["routes"]
        ]
    if _is_bare(data.get("default")):
        kept["default"] = {**base["default"], **data["default"]}
    return kept


def _not_sent_back(before: list[Any], sent: list[Any]) -> Mapping[str, list[Any]]:
    """Return the routes that did not come back as they were, by address: those that a bare one may be."""
    returned: dict[str, list[Any]] = {}
    for raw in sent:
        if isinstance(raw, Mapping) and isinstance(raw.get("address"), str):
            returned.setdefault(raw["address"], []).append(raw)
    missing: dict[str, list[Any]] = {}
    for raw in before:
        if raw not in returned.get(raw["address"], ()):
            missing.setdefault(raw["address"], []).append(raw)
    return missing


def _restored(raw: Any, missing: Mapping[str, list[Any]]) -> Any:
    """Return a bare route with its fields. Of namesakes (an address and a prefix, say) one must be left."""
    if not _is_bare(raw) or not isinstance(raw.get("address"), str):
        return raw
    candidates = missing.get(raw["address"], ())
    return {**candidates[0], **raw} if len(candidates) == 1 else raw


def _is_same(raw: Any, untouched: Mapping[str, Any]) -> bool:
    return _is_bare(raw) and isinstance(raw.get("address"), str) and untouched.get(raw["address"]) == raw


def _is_bare(raw: Any) -> bool:
    return isinstance(raw, Mapping) and set(raw) <= OLD_FIELDS

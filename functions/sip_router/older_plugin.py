"""What the older Flex plugin does not know must survive it.

It sends back the whole answer of /admin/list, with unknown fields of routes that were not touched. But a
route that was edited in its form comes back with the form's four fields alone. ``versionIsDeployed`` tells it
from a client that removes a schedule on purpose: only who sends back the whole answer sends that.
"""

from collections.abc import Mapping
from typing import Any

from sip_router.route import OLD_FIELDS


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
    before = {raw["address"]: raw for raw in base["routes"]}
    if isinstance(data.get("routes"), list):
        kept["routes"] = [_restored(raw, before) for raw in data["routes"]]
    if _is_bare(data.get("default")):
        kept["default"] = {**base["default"], **data["default"]}
    return kept


def _restored(raw: Any, before: Mapping[str, Mapping[str, Any]]) -> Any:
    if not _is_bare(raw) or not isinstance(raw.get("address"), str) or raw["address"] not in before:
        return raw
    return {**before[raw["address"]], **raw}


def _is_bare(raw: Any) -> bool:
    return isinstance(raw, Mapping) and set(raw) <= OLD_FIELDS

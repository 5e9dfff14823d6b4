"""Versions of the map of SIP routes: the history, publishing, the way back, and where a call would go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from console.data.operator import operator
from console.data.sip_draft import RouteDraft
from sip_router.requests.admin import BuildRequest, DiffRequest, HistoryRequest, RollbackRequest, TrialRequest
from sip_router.route_editing import publish, roll_back
from sip_router.route_queries import compare, list_versions, try_call, try_table
from sip_router.storage import versions
from switchboard.inputs.model import read
from tools.sip_map.difference import describe

_SHOWN: Final = 20


@dataclass(frozen=True)
class VersionRow:
    """A version in the history.

    Attributes
    ----------
    number : int
    sid : str
    parent : str
        The SID of the version before; "" for the first.
    at, by, note : str
        When it was saved (ISO 8601), by whom, and what they wrote about it.
    routes : int
    is_live : bool
    """

    number: int
    sid: str
    parent: str
    at: str
    by: str
    note: str
    routes: int
    is_live: bool


def load_history() -> Sequence[VersionRow]:
    """Return the latest versions, newest first."""
    live = versions.look_up(versions.LIVE).version.sid
    items = list_versions(read(HistoryRequest, {"limit": str(_SHOWN)}))["items"]
    return [_row(item, live) for item in items]


def changes_since_before(version: VersionRow) -> Sequence[str]:
    """Return what a version changed, a line for each route.

    Raises
    ------
    NotFound
        It is gone.
    """
    if not version.parent:
        return ()
    return describe(compare(read(DiffRequest, {"from": version.parent, "to": version.sid})))


def publish_version(sid: str) -> None:
    """Let calls follow a version.

    Raises
    ------
    NotFound, Conflict
        There is no such version, or a later one is live.
    """
    publish(read(BuildRequest, {"buildSid": f"ZB{sid[2:]}"}), operator())


def roll_back_to(sid: str, note: str) -> None:
    """Make an older version's map the newest version, and live.

    Raises
    ------
    NotFound, Conflict
        There is no such version, or others kept saving at the same time.
    """
    roll_back(read(RollbackRequest, {"version": sid, "note": note}), operator())


def try_version(name: str, question: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    """Return where a call would go by the "latest" or the "live" version.

    Raises
    ------
    BadRequest
        The address or the time cannot be read.
    Conflict
        No route matches, and the default route cannot be used.
    """
    return try_call(read(TrialRequest, {**question, "version": name}), now)


def try_draft(draft: RouteDraft, question: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    """Return where a call would go by what is edited, and raise as `try_version` does."""
    return try_table(draft.data, read(TrialRequest, question), now)


def _row(item: Mapping[str, Any], live: str) -> VersionRow:
    return VersionRow(
        number=int(item["number"]),
        sid=str(item["version"]),
        parent=str(item.get("parent") or ""),
        at=str(item["createdAt"]),
        by=str(item["createdBy"]),
        note=str(item.get("note") or ""),
        routes=int(item["routes"]),
        is_live=item["version"] == live,
    )

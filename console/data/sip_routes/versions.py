"""Versions of the map of SIP routes: the history, what they change, publishing, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.data.operator import operator
from console.data.sip_routes.changes import Changes, in_words
from sip_router.requests.admin import BuildRequest, DiffRequest, HistoryRequest, RollbackRequest
from sip_router.route_editing import publish, roll_back
from sip_router.route_queries import compare, list_versions
from sip_router.storage import versions
from switchboard.inputs.model import read

_ON_A_PAGE: Final = 10


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
    is_waiting : bool
        Whether it is newer than the live version.
    """

    number: int
    sid: str
    parent: str
    at: str
    by: str
    note: str
    routes: int
    is_live: bool
    is_waiting: bool


@dataclass(frozen=True)
class HistoryPage:
    """Versions, newest first, and where the next page begins; "" on the last page."""

    versions: Sequence[VersionRow]
    cursor: str


def load_history(cursor: str = "") -> HistoryPage:
    """Return a page of the history, by default the latest versions."""
    live = versions.look_up(versions.LIVE).version
    question = {"limit": str(_ON_A_PAGE), **({"cursor": cursor} if cursor else {})}
    found = list_versions(read(HistoryRequest, question))
    rows = [_row(item, live.sid, live.number) for item in found["items"]]
    return HistoryPage(rows, str(found["cursor"] or ""))


def changes_from(old: str, new: str) -> Changes:
    """Return what changes from a version to another one; each is a SID, "latest" or "live".

    Raises
    ------
    NotFound
        There is no such version.
    """
    return in_words(compare(read(DiffRequest, {"from": old, "to": new})))


def publish_version(sid: str) -> None:
    """Let calls follow a version.

    Raises
    ------
    NotFound, Conflict
        There is no such version, or a later one is live.
    """
    publish(read(BuildRequest, {"buildSid": f"ZB{sid[2:]}"}), operator())


def roll_back_to(sid: str, note: str) -> int:
    """Make an older version's map the newest version, and live; return the new version's number.

    Raises
    ------
    NotFound, Conflict
        There is no such version, or others kept saving at the same time.
    """
    return roll_back(read(RollbackRequest, {"version": sid, "note": note}), operator()).number


def _row(item: Mapping[str, Any], live: str, live_number: int) -> VersionRow:
    return VersionRow(
        number=int(item["number"]),
        sid=str(item["version"]),
        parent=str(item.get("parent") or ""),
        at=str(item["createdAt"]),
        by=str(item["createdBy"]),
        note=str(item.get("note") or ""),
        routes=int(item["routes"]),
        is_live=item["version"] == live,
        is_waiting=int(item["number"]) > live_number,
    )

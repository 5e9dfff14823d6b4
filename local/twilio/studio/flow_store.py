"""The account's flows with their revisions: https://www.twilio.com/docs/studio/rest-api/v2/flow-revision."""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from local.twilio.sids import new_sid
from local.twilio.studio.flow import Flow, ready_made_flows, sample_flows
from local.twilio.studio.flow_files import DIRECTORY
from local.twilio.studio.playable import unplayable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_LOG = logging.getLogger(__name__)

Status = Literal["draft", "published"]


@dataclass(frozen=True)
class Revision:
    """One revision of a flow, which never changes.

    Parameters
    ----------
    number
        From 1.
    status
        ``draft`` or ``published``; calls follow the latest published one.
    created
        Seconds since the epoch.
    """

    number: int
    status: Status
    name: str
    definition: Mapping[str, Any]
    commit_message: str | None
    created: float


class FlowStore:
    """Flows by SID: those that the stand-in starts with, and those that were created through the API.

    Parameters
    ----------
    public_base_url
        The application's, which the flows of files call.
    now
        Returns the platform's time, seconds since the epoch.
    """

    def __init__(self, public_base_url: str, now: Callable[[], float]) -> None:
        self._public_base_url = public_base_url
        self._now = now
        self._lock = threading.Lock()
        self._revisions: dict[str, list[Revision]] = {}
        self._files: dict[str, Mapping[str, Any]] = {}
        self._seen: Mapping[Path, tuple[int, int]] = {}
        for flow in sample_flows(public_base_url).values():
            self._files[flow.sid] = flow.definition
            self._add(flow.sid, flow.name, "published", flow.definition, None)
        self.read_files()

    def read_files(self) -> None:
        """Publish what has changed in ``config-files/studio`` since it was read last."""
        seen = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in DIRECTORY.glob("*.json")}
        if seen == self._seen:
            return
        self._seen = seen
        with self._lock:
            for flow in ready_made_flows(self._public_base_url).values():
                if self._files.get(flow.sid) != flow.definition:
                    self._files[flow.sid] = flow.definition
                    self._add(flow.sid, flow.name, "published", flow.definition, None)
                    for widget, reason in unplayable(flow):
                        _LOG.warning(
                            "%s.json: %s: the local Studio cannot play %s", flow.name, widget, reason
                        )

    def sids(self) -> list[str]:
        """Return the SIDs of all flows, oldest first."""
        with self._lock:
            return list(self._revisions)

    def revisions(self, sid: str) -> list[Revision]:
        """Return a flow's revisions, oldest first; none where there is no such flow."""
        with self._lock:
            return list(self._revisions.get(sid, ()))

    def published(self, sid: str) -> Flow | None:
        """Return the flow that a new call follows: the latest published revision."""
        found = [one for one in self.revisions(sid) if one.status == "published"]
        return _flow(sid, found[-1]) if found else None

    def at(self, sid: str, number: int) -> Flow:
        """Return one revision as a flow.

        Raises
        ------
        LookupError
            There is no such flow or revision, which a flow that was deleted has come to.
        """
        for one in self.revisions(sid):
            if one.number == number:
                return _flow(sid, one)
        raise LookupError(f"{sid} has no revision {number}")

    def create(self, name: str, status: Status, definition: Mapping[str, Any], message: str | None) -> str:
        """Create a flow and return its SID."""
        sid = new_sid("FW")
        with self._lock:
            self._add(sid, name, status, definition, message)
        return sid

    def update(
        self,
        sid: str,
        status: Status,
        name: str | None = None,
        definition: Mapping[str, Any] | None = None,
        message: str | None = None,
    ) -> None:
        """Add a revision with what is new in it; the rest is that of the latest one."""
        with self._lock:
            latest = self._revisions[sid][-1]
            self._add(sid, name or latest.name, status, definition or latest.definition, message)

    def delete(self, sid: str) -> bool:
        """Delete a flow; return whether there was one."""
        with self._lock:
            return self._revisions.pop(sid, None) is not None

    def dump(self) -> dict[str, Any]:
        """Return the flows that no file has, in a form that JSON can keep."""
        with self._lock:
            return {
                sid: [asdict(one) for one in revisions]
                for sid, revisions in self._revisions.items()
                if sid not in self._files
            }

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace the flows that no file has by dumped ones."""
        with self._lock:
            kept = {sid: found for sid, found in self._revisions.items() if sid in self._files}
            self._revisions = kept | {
                sid: [Revision(**one) for one in revisions] for sid, revisions in state.items()
            }

    def __iter__(self) -> Iterator[str]:
        return iter(self.sids())

    def _add(
        self, sid: str, name: str, status: Status, definition: Mapping[str, Any], message: str | None
    ) -> None:
        revisions = self._revisions.setdefault(sid, [])
        number = revisions[-1].number + 1 if revisions else 1
        revisions.append(Revision(number, status, name, definition, message, self._now()))


def _flow(sid: str, revision: Revision) -> Flow:
    return Flow.of(sid, revision.name, revision.definition, revision.number)

"""Resources of the Serverless API and of the Flex Plugins API: created, listed, and mostly never changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from local.twilio.sids import iso8601, new_sid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Resource = dict[str, Any]


class ResourceStore:
    """Resources by kind and SID, in the order in which they were created.

    Parameters
    ----------
    now
        Returns the platform's time, seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kinds: dict[str, dict[str, Resource]] = {}

    def add(self, kind: str, prefix: str, **fields: Any) -> Resource:
        """Create a resource and return it, with a SID and dates."""
        created = iso8601(self._now())
        resource = {"sid": new_sid(prefix), **fields, "date_created": created, "date_updated": created}
        with self._lock:
            self._kinds.setdefault(kind, {})[resource["sid"]] = resource
        return resource

    def get(self, kind: str, sid: str) -> Resource | None:
        """Return a resource."""
        return self._kinds.get(kind, {}).get(sid)

    def change(self, resource: Resource, **fields: Any) -> None:
        """Change a resource."""
        with self._lock:
            resource.update(fields, date_updated=iso8601(self._now()))

    def of(self, kind: str, **fields: Any) -> list[Resource]:
        """Return the resources of a kind that have these fields, oldest first."""
        with self._lock:
            found = list(self._kinds.get(kind, {}).values())
        return [one for one in found if all(one[name] == value for name, value in fields.items())]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kinds = {}

    def dump(self) -> dict[str, dict[str, Resource]]:
        """Return everything in a form that JSON can keep."""
        with self._lock:
            return {kind: dict(found) for kind, found in self._kinds.items()}

    def load(self, state: Mapping[str, Mapping[str, Resource]]) -> None:
        """Replace everything by what was dumped."""
        with self._lock:
            self._kinds = {kind: dict(found) for kind, found in state.items()}

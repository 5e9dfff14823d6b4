"""One change of several routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_PARTS: Final = ("otherwise", "fallback")


@dataclass(frozen=True)
class BulkEdit:
    """What several routes get. What is empty stays as it is.

    Attributes
    ----------
    type, destination : str
        Where the routes lead.
    comment : str
    find, replacement : str
        What is replaced in all destinations of a route, those for failures and closed hours included.
    holidays : Mapping[str, Any]
        Hours of days that differ, which are added to routes with a schedule.
    """

    type: str = ""
    destination: str = ""
    comment: str = ""
    find: str = ""
    replacement: str = ""
    holidays: Mapping[str, Any] | None = None

    def __call__(self, route: Any) -> Any:
        """Return a route with the change."""
        if not isinstance(route, Mapping):
            return route
        found = dict(route)
        for name in ("type", "destination", "comment"):
            if value := getattr(self, name):
                found[name] = value
        if self.find:
            found = self._with_replacement(found)
        schedule = found.get("schedule")
        if self.holidays and isinstance(schedule, Mapping):
            known = by_date(schedule.get("holidays"))
            found["schedule"] = {**schedule, "holidays": {**known, **self.holidays}}
        return found

    def _with_replacement(self, route: dict[str, Any]) -> dict[str, Any]:
        found = self._replaced(route)
        for name in _PARTS:
            if isinstance(route.get(name), Mapping):
                found[name] = self._replaced(route[name])
        listed = route.get("alternatives")
        if isinstance(listed, list):
            found["alternatives"] = [
                self._replaced(one) if isinstance(one, Mapping) else one for one in listed
            ]
        return found

    def _replaced(self, destination: Mapping[str, Any]) -> dict[str, Any]:
        where = destination.get("destination")
        if not isinstance(where, str):
            return dict(destination)
        return {**destination, "destination": where.replace(self.find, self.replacement)}


def by_date(holidays: Any) -> dict[str, Any]:
    """Return holidays, which may be a list, as hours by date."""
    if isinstance(holidays, Mapping):
        return dict(holidays)
    found: dict[str, Any] = {}
    for one in holidays if isinstance(holidays, list) else ():
        if isinstance(one, Mapping):
            found[str(one.get("date", ""))] = one.get("hours", [])
        else:
            found[str(one)] = []
    return found

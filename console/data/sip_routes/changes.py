"""The difference between two route tables, a row for each route, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from console.data.sip_routes.words import field_words, route_words
from sip_router.domain.diff import changed_fields, difference

MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class ChangeRow:
    """A route that changes.

    Attributes
    ----------
    kind : str
        added, deleted, changed or order.
    address : str
    before, after : str
        A line for each field; "" where it is not there.
    """

    kind: str
    address: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Changes:
    """What changes: numbers by kind, and the first rows."""

    numbers: Mapping[str, int]
    rows: Sequence[ChangeRow]

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return sum(self.numbers.values())


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return what changes from one route table to another; its rows are `MOST_SHOWN` at most."""
    return in_words(difference(before, after))


def in_words(found: Mapping[str, Any]) -> Changes:
    """Return a difference, as the router tells it, in words."""
    numbers = {
        "changed": len(found["changed"]) + len(found["more"]) + (found["default"] is not None),
        "added": len(found["added"]),
        "deleted": len(found["removed"]),
        "order": int(found["patternsReordered"]),
    }
    return Changes(numbers, list(islice(_rows(found), MOST_SHOWN)))


def _rows(found: Mapping[str, Any]) -> Iterator[ChangeRow]:
    if found["default"]:
        yield _changed("every other address", found["default"]["before"], found["default"]["after"])
    if found["patternsReordered"]:
        yield ChangeRow("order", "patterns", "", "Patterns are tried in another order.")
    for item in found["more"]:
        before, after = (field_words(item["field"], item[side]) for side in ("before", "after"))
        yield ChangeRow("changed", item["field"], before, after)
    for item in found["changed"]:
        yield _changed(str(item["address"]), item["before"], item["after"])
    for route in found["added"]:
        yield ChangeRow("added", _address(route), "", _whole(route))
    for route in found["removed"]:
        yield ChangeRow("deleted", _address(route), _whole(route), "")


def sides(mine: Any, theirs: Any) -> tuple[str, str]:
    """Return in what two routes differ, each as it has it; None is a route that was deleted."""
    if mine is None or theirs is None:
        found = ("deleted" if one is None else _whole(one) for one in (mine, theirs))
        return next(found), next(found)
    row = _changed("", mine, theirs)
    return row.before, row.after


def _changed(name: str, before: Any, after: Any) -> ChangeRow:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return ChangeRow("changed", name, _whole(before), _whole(after))
    fields = changed_fields(before, after)
    return ChangeRow("changed", name, *(_lines(one, fields) for one in (before, after)))


def _lines(route: Mapping[str, Any], fields: Sequence[str]) -> str:
    return "\n".join(f"{name}: {field_words(name, route[name])}" for name in fields if name in route) or "–"  # noqa: RUF001


def _address(route: Any) -> str:
    return str(route.get("address", "")) if isinstance(route, Mapping) else ""


def _whole(route: Any) -> str:
    return route_words(route) if isinstance(route, Mapping) else field_words("", route)

"""The map of SIP routes as the operator edits it: a draft on top of the latest version."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.data.operator import operator
from sip_router.domain.diff import difference
from sip_router.domain.validation import Fault, find_faults, introduced_faults
from sip_router.requests.admin import UpdateRequest
from sip_router.route_editing import OutdatedError, save
from sip_router.storage import versions
from switchboard.errors import Conflict
from switchboard.inputs.model import read
from tools.sip_map.difference import describe

_OUTDATED: Final = (
    "Another administrator saved a version meanwhile. Your changes are kept: look, and save again."
)
_HARMLESS: Final = {"type": "say", "destination": "-"}


@dataclass(frozen=True)
class Base:
    """The version that a draft was made from.

    Attributes
    ----------
    data : Mapping[str, Any]
        Its map.
    sid : str
    number : int
    is_live : bool
        Whether calls follow it.
    """

    data: Mapping[str, Any]
    sid: str
    number: int
    is_live: bool


def load_base() -> Base:
    """Return the latest version, live or not."""
    found = versions.look_up_latest()
    return Base(found.data, found.version.sid, found.version.number, found.is_live())


@dataclass(frozen=True)
class FaultRow:
    """A fault: the route's place in the list (from 1; "" for the default), its address, the field, why."""

    place: str
    address: str
    field: str
    message: str


class RouteDraft:
    """Routes that are edited and not saved yet.

    Attributes
    ----------
    base : Base
    data : dict[str, Any]
        The map as it would be saved.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.data: dict[str, Any] = _copy(base.data)

    @property
    def routes(self) -> list[Any]:
        """The routes, in their order."""
        found: list[Any] = self.data["routes"]
        return found

    def search(self, words: str) -> Sequence[int]:
        """Return the indexes of routes that contain all words, in any field and any case."""
        wanted = words.casefold().split()
        return [
            number for number, route in enumerate(self.routes) if all(word in _text(route) for word in wanted)
        ]

    def put(self, number: int | None, route: Mapping[str, Any]) -> None:
        """Replace a route; None adds it at the end."""
        if number is None:
            self.routes.append(dict(route))
        else:
            self.routes[number] = dict(route)

    def put_default(self, route: Mapping[str, Any]) -> None:
        """Replace the default route."""
        self.data["default"] = dict(route)

    def change(self, numbers: Collection[int], fields: Mapping[str, Any]) -> None:
        """Set fields of several routes."""
        for number in numbers:
            route = self.routes[number]
            self.routes[number] = {**(route if isinstance(route, Mapping) else {}), **fields}

    def delete(self, numbers: Collection[int]) -> None:
        """Delete several routes."""
        gone = set(numbers)
        self.data["routes"] = [route for number, route in enumerate(self.routes) if number not in gone]

    def replace(self, data: Mapping[str, Any]) -> None:
        """Take another map instead, such as one from a file."""
        self.data = _copy(data)

    def faults(self) -> Sequence[FaultRow]:
        """Return what keeps the draft from being saved."""
        found = introduced_faults(find_faults(self.data), self.data, self.base.data)
        return [self._row(fault) for fault in found]

    def _row(self, fault: Fault) -> FaultRow:
        field = fault.field.rpartition(".")[2]
        if fault.route is None:
            return FaultRow("", "every other address", field, fault.message)
        route = self.routes[fault.route]
        address = str(route.get("address", "")) if isinstance(route, Mapping) else ""
        return FaultRow(str(fault.route + 1), address, field, fault.message)

    def difference(self) -> Sequence[str]:
        """Return what changes, a line for each route; none where nothing does."""
        return describe(difference(self.base.data, self.data))

    def is_changed(self) -> bool:
        """Tell whether there is anything to save."""
        return self.data != self.base.data

    def save(self, note: str) -> Base:
        """Save the draft as a new version, from which the draft then starts.

        Raises
        ------
        BadRequest
            It has faults.
        Conflict
            Another administrator saved a version meanwhile.
        """
        request = read(UpdateRequest, {"data": self.data, "version": self.base.sid, "note": note})
        try:
            version = save(request, operator())
        except OutdatedError:
            raise Conflict(_OUTDATED) from None
        self.base = Base(_copy(self.data), version.sid, version.number, is_live=False)
        return self.base

    def start_from(self, base: Base) -> None:
        """Start from another version, and keep what was edited if anything was."""
        if not self.is_changed():
            self.data = _copy(base.data)
        self.base = base


def field_errors(route: Mapping[str, Any], *, is_default: bool = False) -> Mapping[str, str]:
    """Return what is wrong with one route, by field; "" is the route itself."""
    routes, default = ([], route) if is_default else ([route], _HARMLESS)
    prefix = "data.default" if is_default else "data.routes[0]"
    faults = find_faults({"routes": routes, "default": {"comment": "", **default}})
    return {fault.field.removeprefix(prefix).lstrip("."): fault.message for fault in faults}


def _copy(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a map whose routes can be replaced one by one; a route itself is never changed."""
    return {**data, "routes": list(data["routes"])}


def _text(route: Any) -> str:
    values = route.values() if isinstance(route, Mapping) else (route,)
    return " ".join(map(str, values)).casefold()

"""What is wrong with edited routes: of a whole map by route, and of one route by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sip_router.domain.route import matching
from sip_router.domain.validation import Fault, find_faults, introduced_faults

_HARMLESS: Final = {"type": "say", "destination": "-"}


@dataclass(frozen=True)
class FaultRow:
    """A fault: the route's place in the list (from 1; "" for the default), its address, the field, why."""

    place: str
    address: str
    field: str
    message: str


def faults_of(data: Mapping[str, Any], base: Mapping[str, Any]) -> Sequence[FaultRow]:
    """Return what keeps a map that was made from another one from being saved."""
    found = introduced_faults(find_faults(data), data, base)
    return [_row(fault, data) for fault in found]


def field_errors(
    route: Mapping[str, Any], others: Iterable[Any] = (), *, is_default: bool = False
) -> Mapping[str, str]:
    """Return what is wrong with one route, by field; "" is the route itself.

    Parameters
    ----------
    route
    others
        The routes beside it, of which none may match the same addresses.
    is_default
        Whether it is the default route, which has no address.
    """
    routes, default = ([], route) if is_default else ([route], _HARMLESS)
    prefix = "data.default" if is_default else "data.routes[0]"
    found = find_faults({"routes": routes, "default": {"comment": "", **default}})
    errors = {fault.field.removeprefix(prefix).lstrip("."): fault.message for fault in found}
    if not is_default and errors.keys().isdisjoint({"", "address", "match"}):
        key = _key(route)
        if any(_key(other) == key for other in others):
            errors["address"] = "is taken already, by another route"
    return errors


def _key(route: Any) -> tuple[str, str] | None:
    if not isinstance(route, Mapping) or not isinstance(route.get("address"), str):
        return None
    return matching(route["address"], route.get("match"))


def _row(fault: Fault, data: Mapping[str, Any]) -> FaultRow:
    if fault.route is None:
        name = "every other address" if fault.field.startswith("data.default") else "the map"
        return FaultRow("", name, fault.field.rpartition("default.")[2], fault.message)
    route = data["routes"][fault.route]
    address = str(route.get("address", "")) if isinstance(route, Mapping) else ""
    return FaultRow(str(fault.route + 1), address, fault.field.partition("].")[2], fault.message)

"""The merge of two changes of one route table: the operator's, and what another has saved meanwhile."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sip_router.domain.diff import routes_by_key

Key = tuple[str, str]
"""How a route's address is compared, and with what; for the map's other fields, ("field", its name)."""

DEFAULT: Final[Key] = ("field", "default")

_GONE: Final = object()


@dataclass(frozen=True)
class Clash:
    """A route, or another field of the map, that both have changed in different ways.

    Attributes
    ----------
    key : Key
    name : str
        The route's address, or the field's name.
    mine, theirs : Any
        Each one's route; None where it was deleted.
    """

    key: Key
    name: str
    mine: Any
    theirs: Any


def merge(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """Return a map with the changes of both, and the clashes, in which it has mine.

    Routes are the same where they match the same addresses. The order of mine is kept where theirs has the
    base's order, otherwise theirs.

    Parameters
    ----------
    base
        The map that both started from.
    mine, theirs
    """
    old, own, other = routes_by_key(base), routes_by_key(mine), routes_by_key(theirs)
    values, clashes = _merge(old, own, other)
    order = _order(old, own, other)
    fields, more = _merge(
        *({("field", name): value for name, value in _rest(one)} for one in (base, mine, theirs))
    )
    merged = {name: value for (_, name), value in fields.items()}
    merged["routes"] = [values[key] for key in order if key in values]
    return merged, [*clashes, *more]


def _merge(
    base: Mapping[Key, Any], mine: Mapping[Key, Any], theirs: Mapping[Key, Any]
) -> tuple[dict[Key, Any], list[Clash]]:
    merged, clashes = {}, []
    for key in {**theirs, **mine, **base}:
        old, own, other = (values.get(key, _GONE) for values in (base, mine, theirs))
        if own is other or own == other or other is old or other == old:
            chosen = own
        elif own is old or own == old:
            chosen = other
        else:
            chosen = own
            clashes.append(Clash(key, _name(key, own, other), _known(own), _known(other)))
        if chosen is not _GONE:
            merged[key] = chosen
    return merged, clashes


def _name(key: Key, *values: Any) -> str:
    if key[0] == "field":
        return "every other address" if key == DEFAULT else key[1]
    found = next((str(one["address"]) for one in values if isinstance(one, Mapping) and "address" in one), "")
    return found or key[1]


def _known(value: Any) -> Any:
    return None if value is _GONE else value


def _rest(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in data.items() if name != "routes")


def _order(base: Mapping[Key, Any], mine: Mapping[Key, Any], theirs: Mapping[Key, Any]) -> Iterator[Key]:
    """Yield the keys of mine and theirs, each new one behind the one that it follows."""
    is_reordered = [key for key in base if key in theirs] != [key for key in theirs if key in base]
    first, second = (theirs, mine) if is_reordered else (mine, theirs)
    following: dict[Key | None, list[Key]] = defaultdict(list)
    place: Key | None = None
    for key in second:
        if key in first:
            place = key
        else:
            following[place].append(key)
    yield from following[None]
    for key in first:
        yield key
        yield from following.get(key, ())

"""The map of SIP routes as the operator edits it: a draft on top of the latest version."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from console.data.operator import operator
from console.data.sip_routes.merging import DEFAULT, Clash, Key, merge
from console.data.sip_routes.words import how_matched
from sip_router.domain.diff import routes_by_key
from sip_router.domain.route import Kind
from sip_router.requests.admin import UpdateRequest
from sip_router.route_editing import OutdatedError, save
from sip_router.storage import versions
from switchboard.errors import Conflict
from switchboard.inputs.model import read

_OUTDATED: Final = (
    "Another administrator saved a version meanwhile. Nothing of yours is lost: your changes are now on top "
    "of it. Look at what changes, and save again."
)
_MOST_STEPS: Final = 50


@dataclass(frozen=True)
class Base:
    """A version from which a draft is made.

    Attributes
    ----------
    data : Mapping[str, Any]
        Its map.
    sid : str
    number : int
    is_live : bool
        Whether calls follow it.
    by : str
        Who saved it.
    """

    data: Mapping[str, Any]
    sid: str
    number: int
    is_live: bool
    by: str = ""


def load_base(known: Base | None = None) -> Base:
    """Return the latest version, live or not; the map of one that is known already is not read again."""
    found = versions.look_up_latest()
    version = found.version
    data = known.data if known and known.sid == version.sid else found.data
    return Base(data, version.sid, version.number, found.is_live(), version.created_by)


def save_map(data: Mapping[str, Any], base: Base, note: str) -> Base:
    """Save a map that was made from a version as the next version; calls do not follow it yet.

    Raises
    ------
    BadRequest
        It has faults.
    Conflict
        Another administrator saved a version meanwhile.
    """
    request = read(UpdateRequest, {"data": data, "version": base.sid, "note": note})
    try:
        version = save(request, operator())
    except OutdatedError:
        raise Conflict(_OUTDATED) from None
    return Base(data, version.sid, version.number, is_live=False, by=version.created_by)


class RouteDraft:
    """Routes that are edited and not saved yet. Routes are told apart by numbers that stay the same.

    Attributes
    ----------
    base : Base
        The version that it is made from.
    clashes : list[Clash]
        Routes that another administrator has changed as well, between which the operator must choose.
    revision : int
        Grows with each change, so that other open pages see it.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self.clashes: list[Clash] = []
        self.revision = 0
        self._numbers = count()
        self._steps: list[tuple[dict[int, Any], dict[str, Any]]] = []
        self._rest: dict[str, Any] = {}
        self._routes: dict[int, Any] = {}
        self._texts: dict[int, tuple[Any, str]] = {}
        self._saved: tuple[str, Mapping[Key, Any]] = ("", {})
        self._take(base.data)

    @property
    def routes(self) -> Mapping[int, Any]:
        """The routes by their numbers, in their order."""
        return self._routes

    @property
    def default(self) -> Any:
        """The default route."""
        return self._rest.get("default")

    @property
    def data(self) -> dict[str, Any]:
        """The map as it would be saved."""
        return {**self._rest, "routes": list(self._routes.values())}

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return self.data != self.base.data

    @property
    def has_steps(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self._steps)

    def search(self, words: str) -> Sequence[int]:
        """Return the numbers of routes that contain all words, in any field and any case."""
        wanted = words.casefold().split()
        if not wanted:
            return list(self._routes)
        return [
            number
            for number, route in self._routes.items()
            if all(word in self._text(number, route) for word in wanted)
        ]

    def is_default_found(self, words: str) -> bool:
        """Tell whether the default route contains all words."""
        text = f"every other address default {words_of(self.default)}".casefold()
        return all(word in text for word in words.casefold().split())

    def state_of(self, number: int) -> str:
        """Return whether a route is new or edited; "" where it is as it was saved."""
        if self._saved[0] != self.base.sid:
            self._saved = (self.base.sid, routes_by_key(self.base.data))
        route = self._routes[number]
        (key,) = routes_by_key({"routes": [route]})
        if key not in self._saved[1]:
            return "new"
        return "" if self._saved[1][key] == route else "edited"

    def put(self, number: int | None, before: Any, route: Mapping[str, Any]) -> None:
        """Replace a route, or add one.

        Parameters
        ----------
        number
            None: it is new.
        before
            The route as the operator saw it. Where it has changed meanwhile, the two are a clash.
        route
        """
        self._step()
        now = self._routes.get(number) if number is not None else None
        if number is None or number not in self._routes:
            number = next(self._numbers)
        self._routes = {**self._routes, number: dict(route)}
        if before is not None and now != before:
            key = next(key for key, value in routes_by_key(self.data).items() if value == dict(route))
            self.clashes.append(Clash(key, str(route.get("address", "")), dict(route), now))

    def put_default(self, before: Any, route: Mapping[str, Any]) -> None:
        """Replace the default route; `before` is as in `put`."""
        self._step()
        now = self.default
        self._rest = {**self._rest, "default": dict(route)}
        if now != before:
            self.clashes.append(Clash(DEFAULT, "every other address", dict(route), now))

    def change(self, numbers: Collection[int], edit: Callable[[Any], Any]) -> None:
        """Edit several routes in one step."""
        self._step()
        self._routes = {
            number: edit(route) if number in numbers else route for number, route in self._routes.items()
        }

    def delete(self, numbers: Collection[int]) -> None:
        """Delete several routes."""
        self._step()
        self._routes = {number: route for number, route in self._routes.items() if number not in numbers}

    def move(self, number: int, step: int) -> None:
        """Let a pattern be tried before the pattern above it (-1), or after the one below it (1)."""
        order = list(self._routes)
        patterns = [one for one in order if how_matched(self._routes[one]) == Kind.PATTERN]
        place = patterns.index(number) + step if number in patterns else -1
        if 0 <= place < len(patterns):
            self._step()
            here, there = order.index(number), order.index(patterns[place])
            order.insert(there, order.pop(here))
            self._routes = {one: self._routes[one] for one in order}

    def replace(self, data: Mapping[str, Any]) -> None:
        """Take another map instead, such as one from a file."""
        self._step()
        self._take(data)

    def discard(self) -> None:
        """Start again from the version as it is saved."""
        self.clashes = []
        self.replace(self.base.data)

    def undo(self) -> None:
        """Take the latest change back."""
        if self._steps:
            self._routes, self._rest = self._steps.pop()
            self.revision += 1

    def rebase(self, base: Base) -> None:
        """Start from another version, and keep what was edited; what both changed becomes a clash."""
        if base.sid != self.base.sid:
            if self.is_changed:
                merged, clashes = merge(self.base.data, self.data, base.data)
                known = {clash.key: clash for clash in (*self.clashes, *clashes)}
                self.clashes = list(known.values())
                self._take(merged)
            else:
                self._take(base.data)
            self._steps = []
        if base != self.base:
            self.base = base
            self.revision += 1

    def settle(self, clash: Clash, *, take_theirs: bool) -> None:
        """Decide between the two sides of a clash."""
        if clash not in self.clashes:
            return
        self.clashes.remove(clash)
        self.revision += 1
        if take_theirs and clash.key[0] == "field":
            self._rest = {name: value for name, value in self._rest.items() if name != clash.key[1]}
            if clash.theirs is not None:
                self._rest[clash.key[1]] = clash.theirs
        elif take_theirs:
            routes = routes_by_key(self.data)
            routes.pop(clash.key, None) if clash.theirs is None else routes.update({clash.key: clash.theirs})
            self._take({**self._rest, "routes": list(routes.values())})

    def _step(self) -> None:
        """Keep what can be undone; a state is never changed, so that it can be read in a thread."""
        self._steps = [*self._steps[1 - _MOST_STEPS :], (self._routes, self._rest)]
        self.revision += 1

    def _take(self, data: Mapping[str, Any]) -> None:
        """Take the routes of a map; those of known addresses keep their numbers."""
        before = routes_by_key({"routes": list(self._routes.values())})
        numbers = dict(zip(before, self._routes, strict=True))
        routes = routes_by_key(data)
        self._routes = {
            numbers[key] if key in numbers else next(self._numbers): route for key, route in routes.items()
        }
        self._rest = {name: value for name, value in data.items() if name != "routes"}

    def _text(self, number: int, route: Any) -> str:
        known = self._texts.get(number)
        if known is None or known[0] is not route:
            known = (route, f"{how_matched(route)} {words_of(route)}".casefold())
            self._texts[number] = known
        return known[1]


def words_of(route: Any) -> str:
    """Return all that a route holds, for searches."""
    return " ".join(map(str, route.values() if isinstance(route, Mapping) else (route,)))

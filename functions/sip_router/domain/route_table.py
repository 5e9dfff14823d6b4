"""The route table in memory: an address finds its route as fast among 100,000 as among ten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sip_router.domain.pattern import Patterns
from sip_router.domain.route import DefaultRoute, Kind, Route, matching
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse

MAX_PATTERNS: Final = 1000


class UnusableDefaultError(ValueError):
    """No route matches an address, and the default route cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Match:
    """The route for an address.

    Attributes
    ----------
    kind : Kind
        How it was found.
    raw : Mapping[str, Any]
        The route as JSON; without an address if it is the default.
    route : DefaultRoute
        The route ready to be followed.
    number : int or None
        Its index in the list of routes; None for the default route.
    unusable : tuple[int, ...]
        The indexes of routes that match, too, and come first, but are faulty.
    """

    kind: Kind
    raw: Mapping[str, Any]
    route: DefaultRoute
    number: int | None = None
    unusable: tuple[int, ...] = ()


class RouteTable:
    """An indexed route table.

    An exact address is one look into a dictionary, a prefix one for each length that prefixes have, longest
    first. Patterns are asked all at once whether any matches, and one by one only if so.

    A route that cannot be used takes no calls: the next one that matches does.

    Parameters
    ----------
    data : Mapping[str, Any]
        ``{"routes": […], "default": {…}}``. Only a list of routes must be there; they may be faulty.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._routes: list[Any] = data["routes"]
        self._default: Any = data.get("default")
        self._first: dict[tuple[Kind, str], int] = {}
        self._further: dict[tuple[Kind, str], list[int]] = {}
        self._patterns: list[int] = []
        texts: list[str] = []
        lengths: set[int] = set()
        for number, raw in enumerate(self._routes):
            if not isinstance(raw, Mapping) or not isinstance(raw.get("address"), str):
                continue
            key = matching(raw["address"], raw.get("match"))
            if key[0] is Kind.PATTERN:
                if len(texts) < MAX_PATTERNS:
                    self._patterns.append(number)
                    texts.append(key[1])
                continue
            if self._first.setdefault(key, number) != number:
                self._further.setdefault(key, []).append(number)
            if key[0] is Kind.PREFIX:
                lengths.add(len(key[1]))
        self._matching_patterns = Patterns(texts).matches
        self._lengths = sorted(lengths, reverse=True)

    def match(self, address: str) -> Match:
        """Return the route for an address: exact, else the longest prefix, the first pattern, or the default.

        Raises
        ------
        UnusableDefaultError
            None of the first three, and a default route that cannot be used.
        """
        unusable: list[int] = []
        for kind, number in self._candidates(address):
            raw = self._routes[number]
            try:
                return Match(kind, raw, parse(Route, raw), number, tuple(unusable))
            except InputError:
                unusable.append(number)
        return Match(Kind.DEFAULT, *self._read_default(), None, tuple(unusable))

    def _candidates(self, address: str) -> Iterator[tuple[Kind, int]]:
        yield from self._of(Kind.EXACT, address)
        for length in self._lengths:
            if length <= len(address):
                yield from self._of(Kind.PREFIX, address[:length])
        for index in self._matching_patterns(address):
            yield Kind.PATTERN, self._patterns[index]

    def _of(self, kind: Kind, key: str) -> Iterator[tuple[Kind, int]]:
        first = self._first.get((kind, key))
        if first is not None:
            yield kind, first
            for number in self._further.get((kind, key), ()):
                yield kind, number

    def _read_default(self) -> tuple[Mapping[str, Any], DefaultRoute]:
        try:
            return self._default, parse(DefaultRoute, self._default)
        except InputError as error:
            raise UnusableDefaultError(str(error)) from None

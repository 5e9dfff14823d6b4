"""The route table in memory: an address finds its route as fast among 100,000 as among ten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sip_router.domain.address import (
    exact_readings,
    readings,
    telephone_number,
    user_part,
    without_separators,
)
from sip_router.domain.pattern import Patterns
from sip_router.domain.route import DefaultRoute, Kind, Route, all_matching
from switchboard.inputs.errors import InputError
from switchboard.inputs.model import parse

_Rank = tuple[int, int, int, bool]


class UnusableDefaultError(ValueError):
    """No route matches an address, and the default route cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Match:
    """The route for an address.

    Attributes
    ----------
    kind : Kind
        How it was found.
    address : str
        The address of the call, as the route was found by.
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
    address: str
    raw: Mapping[str, Any]
    route: DefaultRoute
    number: int | None = None
    unusable: tuple[int, ...] = ()


class RouteTable:
    """An indexed route table.

    An exact address is one look into a dictionary, a prefix one for each length that prefixes have. Patterns
    are asked all at once whether any matches, and one by one only if so.

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
            for kind, text in _keys(raw):
                if kind is Kind.PATTERN:
                    self._patterns.append(number)
                    texts.append(text)
                    continue
                for written in {text, without_separators(text)}:
                    key = kind, written
                    if self._first.setdefault(key, number) != number:
                        self._further.setdefault(key, []).append(number)
                    if kind is Kind.PREFIX:
                        lengths.add(len(written))
        self._matching_patterns = Patterns(texts).matches
        self._lengths = tuple(lengths)

    def match(self, to: str) -> Match:
        """Return the route for a call: exact, else the longest prefix, the first pattern, or the default.

        Parameters
        ----------
        to : str
            The URI that is called, a To header's value, or a bare address.

        Raises
        ------
        UnusableDefaultError
            None of the first three, and a default route that cannot be used.
        """
        unusable: list[int] = []
        for kind, address, number in self._candidates(to):
            raw = self._routes[number]
            try:
                return Match(kind, address, raw, parse(Route, raw), number, tuple(unusable))
            except InputError:
                if number not in unusable:
                    unusable.append(number)
        return Match(Kind.DEFAULT, user_part(to), *self._read_default(), None, tuple(unusable))

    def _candidates(self, to: str) -> Iterator[tuple[Kind, str, int]]:
        for kind, read in ((Kind.EXACT, exact_readings), (Kind.PREFIX, readings)):
            addresses = read(to)
            for (_, place, *_), number in self._ranked(kind, addresses):
                yield kind, addresses[place], number
        spellings = _spellings(readings(to))
        for index, spelling in self._matching_patterns(list(spellings)):
            yield Kind.PATTERN, spellings[spelling], self._patterns[index]

    def _ranked(self, kind: Kind, addresses: Sequence[str]) -> list[tuple[_Rank, int]]:
        """Return the exact routes or prefixes for the readings of a call's address, the best first."""
        found = {
            number
            for text in _spellings(addresses)
            for length in (self._lengths if kind is Kind.PREFIX else (len(text),))
            if length <= len(text)
            for number in self._at(kind, text[:length])
        }
        ranks = ((_rank(kind, self._routes[number], addresses), number) for number in found)
        return sorted((rank, number) for rank, number in ranks if rank is not None)

    def _at(self, kind: Kind, text: str) -> Iterator[int]:
        first = self._first.get((kind, text))
        if first is not None:
            yield first
            yield from self._further.get((kind, text), ())

    def _read_default(self) -> tuple[Mapping[str, Any], DefaultRoute]:
        try:
            return self._default, parse(DefaultRoute, self._default)
        except InputError as error:
            raise UnusableDefaultError(str(error)) from None


def _keys(raw: Mapping[str, Any]) -> list[tuple[Kind, str]]:
    return all_matching(raw["address"], raw.get("match"))


def _spellings(addresses: Sequence[str]) -> dict[str, str]:
    """Return the texts to compare, and which address each is: numbers also without visual separators."""
    return {text: address for address in addresses for text in (address, without_separators(address))}


def _rank(kind: Kind, raw: Mapping[str, Any], addresses: Sequence[str]) -> _Rank | None:
    """Return how well a route fits a call, the smallest best; None if it does not fit.

    The longest is best. Among those of the same length, the literal reading of the call's address is, then
    the literal reading of the route's, then the route that has the call's own visual separators.
    """
    ranks = []
    for place, address in enumerate(addresses):
        number = telephone_number(address)
        for step, (its_kind, text) in enumerate(_keys(raw)):
            if its_kind is not kind:
                continue
            bare = text if number is None else without_separators(text)
            is_literal = _fits(kind, text, address)
            if is_literal or (number is not None and _fits(kind, bare, number)):
                ranks.append((-len(bare), place, step, not is_literal))
    return min(ranks, default=None)


def _fits(kind: Kind, text: str, address: str) -> bool:
    return address == text if kind is Kind.EXACT else address.startswith(text)

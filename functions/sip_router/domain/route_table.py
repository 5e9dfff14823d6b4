"""The map in memory: which route an address takes, found as fast among 100,000 as among ten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sip_router.domain.route import Kind, Route, matching, read_route

if TYPE_CHECKING:
    from switchboard.errors import FieldError


class BrokenRouteError(ValueError):
    """A stored route cannot be read: it was never checked."""


@dataclass(frozen=True, slots=True)
class Match:
    """The route that an address takes.

    Attributes
    ----------
    kind : Kind
        How it was found.
    raw : Mapping[str, Any]
        The route as JSON; without an address if it is the default.
    """

    kind: Kind
    raw: Mapping[str, Any]

    def route(self) -> Route:
        """Return the route ready to be followed.

        Raises
        ------
        BrokenRouteError
            It breaks the rules that every saved map keeps.
        """
        errors: list[FieldError] = []
        route = read_route(self.raw, "route", errors)
        if route is None:
            raise BrokenRouteError("; ".join(f"{error['field']} {error['message']}" for error in errors))
        return route


class Routes:
    """A map of routes, indexed.

    An exact address is one look into a dictionary, a prefix one for each length that prefixes have, longest
    first. Patterns are asked all at once whether any matches, and one by one only if so.

    Parameters
    ----------
    data : Mapping[str, Any]
        ``{"routes": […], "default": {…}}`` as stored, which is to say checked.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._exact: dict[str, Mapping[str, Any]] = {}
        self._prefixes: dict[str, Mapping[str, Any]] = {}
        self._patterns: list[Mapping[str, Any]] = []
        texts: list[str] = []
        self._default = Match(Kind.DEFAULT, data["default"])
        for raw in data["routes"]:
            kind, key = matching(raw)
            if kind is Kind.EXACT:
                self._exact.setdefault(key, raw)
            elif kind is Kind.PREFIX:
                self._prefixes.setdefault(key, raw)
            else:
                self._patterns.append(raw)
                texts.append(key)
        if texts:
            from sip_router.domain.pattern import Patterns

            self._first_pattern = Patterns(texts).first
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def match(self, address: str) -> Match:
        """Return an address's route: exact, or the longest prefix, or the first pattern, or the default."""
        exact = self._exact.get(address)
        if exact is not None:
            return Match(Kind.EXACT, exact)
        for length in self._lengths:
            if length <= len(address):
                prefix = self._prefixes.get(address[:length])
                if prefix is not None:
                    return Match(Kind.PREFIX, prefix)
        index = self._first_pattern(address) if self._patterns else None
        return self._default if index is None else Match(Kind.PATTERN, self._patterns[index])

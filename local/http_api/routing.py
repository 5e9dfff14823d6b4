"""Choosing the route of a request as an HTTP API does: the most specific wins."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from local.template.model import Route

_VARIABLE = re.compile(r"\{([^}]+?)(\+?)\}")
_LITERAL, _SEGMENT, _GREEDY, _DEFAULT = range(4)


@dataclass(frozen=True)
class Match:
    """A route and the path parameters that the request gave it."""

    route: Route
    path_parameters: Mapping[str, str]


class Router:
    """Finds the route of a request.

    A path without variables comes before one with variables, a greedy ``{name+}`` after both and ``$default``
    last; a route of the request's own method comes before ``ANY``.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html

    Parameters
    ----------
    routes
        The API's routes.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted(routes, key=_specificity)
        self._routes = [(route, _pattern(route.path)) for route in ordered]

    def match(self, method: str, path: str) -> Match | None:
        """Return the route for a method and a percent-encoded path, or None where the API answers 404."""
        for route, pattern in self._routes:
            if route.method not in {method, "ANY"}:
                continue
            found = pattern.fullmatch(path)
            if found:
                return Match(route, {name: unquote(value) for name, value in found.groupdict().items()})
        return None


def _specificity(route: Route) -> tuple[list[int], bool]:
    if route.path == "$default":
        return [_DEFAULT], True
    kinds = [_kind(segment) for segment in route.path.strip("/").split("/")]
    # A greedy variable anywhere makes a route less specific than any that has none.
    return [_GREEDY if _GREEDY in kinds else _LITERAL, *kinds], route.method == "ANY"


def _kind(segment: str) -> int:
    found = _VARIABLE.fullmatch(segment)
    if not found:
        return _LITERAL
    return _GREEDY if found[2] else _SEGMENT


def _pattern(path: str) -> re.Pattern[str]:
    if path == "$default":
        return re.compile(r".*", re.DOTALL)
    parts = []
    position = 0
    for found in _VARIABLE.finditer(path):
        parts.append(re.escape(path[position : found.start()]))
        parts.append(f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})")
        position = found.end()
    parts.append(re.escape(path[position:]))
    return re.compile("".join(parts))

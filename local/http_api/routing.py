"""Choosing the route of a request as an HTTP API does: the most specific wins."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from local.raw_paths import raw_map
from local.template.model import Route

_VARIABLE = re.compile(r"\{([^}]+?)(\+?)\}")
# Werkzeug takes slashes at the beginning for one; behind this segment they stay as they are.
_ROOT = "/api"


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
        routes = list(routes)
        self._default = next((route for route in routes if route.path == "$default"), None)
        rules = [
            _rule(route)
            for route in sorted(routes, key=lambda route: route.method == "ANY")
            if route is not self._default
        ]
        self._routes = raw_map(rules).bind("localhost")

    def match(self, method: str, path: str) -> Match | None:
        """Return the route for a method and a percent-encoded path, or None where the API answers 404."""
        try:
            route, values = self._routes.match(_ROOT + path, method)
        except HTTPException:
            return Match(self._default, {}) if self._default else None
        # A variable of API Gateway may be called what Werkzeug's cannot, such as call-sid: they go by number.
        names = [found[1] for found in _VARIABLE.finditer(route.path)]
        return Match(route, {names[int(key[1:])]: value for key, value in values.items()})


def _rule(route: Route) -> Rule:
    numbers = itertools.count()

    def placeholder(found: re.Match[str]) -> str:
        return f"<{'rest:' if found[2] else ''}v{next(numbers)}>"

    rule = Rule(_ROOT + _VARIABLE.sub(placeholder, route.path), endpoint=route)
    # Given here, because the constructor lets a GET route take HEAD, which API Gateway does not.
    rule.methods = None if route.method == "ANY" else {route.method}
    return rule

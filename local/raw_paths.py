"""Werkzeug's routing for paths as they were sent: percent-encoded, with every slash."""

from collections.abc import Iterable
from urllib.parse import unquote

from werkzeug.routing import BaseConverter, Map, Rule


class _Segment(BaseConverter):
    """``<name>``: one segment, or a part of one; decoded."""

    def to_python(self, value: str) -> str:
        return unquote(value)


class _Rest(BaseConverter):
    """``<rest:name>``: the rest of the path, decoded; matched last."""

    regex = ".+"
    part_isolating = False
    weight = 200

    def to_python(self, value: str) -> str:
        return unquote(value)


class _Raw(_Rest):
    """``<raw:name>``: the rest of the path, which may be empty, as it was sent."""

    regex = ".*"
    part_isolating = False

    def to_python(self, value: str) -> str:
        return value


def raw_map(rules: Iterable[Rule] = ()) -> Map:
    """Return a map of rules whose paths hold ``<name>``, ``<rest:name>`` and ``<raw:name>``."""
    converters = {"default": _Segment, "rest": _Rest, "raw": _Raw}
    return Map(list(rules), converters=converters, merge_slashes=False)

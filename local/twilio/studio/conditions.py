"""Conditions of Split Based On: https://www.twilio.com/docs/studio/widget-library/split-based-on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.twilio.studio.liquid import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "equal_to": lambda text, value: text == value,
    "not_equal_to": lambda text, value: text != value,
    "matches_any_of": lambda text, value: text in _words(value),
    "does_not_match_any_of": lambda text, value: text not in _words(value),
    "is_blank": lambda text, _: not text.strip(),
    "is_not_blank": lambda text, _: bool(text.strip()),
    "contains": lambda text, value: value.lower() in text.lower(),
    "does_not_contain": lambda text, value: value.lower() not in text.lower(),
    "starts_with": lambda text, value: text.startswith(value),
    "does_not_start_with": lambda text, value: not text.startswith(value),
    "regex": lambda text, value: re.fullmatch(value, text) is not None,
    "less_than": lambda text, value: _both(text, value, lambda one, other: one < other),
    "greater_than": lambda text, value: _both(text, value, lambda one, other: one > other),
}
"""Conditions by type: of the argument's text and the value. Those of dates and times are not here."""


def holds(condition: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Whether a condition holds for each of its arguments; one of another type never does."""
    test = CONDITIONS.get(condition["type"])
    arguments = [fill(argument, context) for argument in condition["arguments"]]
    wanted = fill(condition["value"], context)
    return test is not None and bool(arguments) and all(test(text, wanted) for text in arguments)


def _words(value: str) -> set[str]:
    return {word.strip() for word in value.split(",")}


def _both(text: str, value: str, compare: Callable[[float, float], bool]) -> bool:
    try:
        return compare(float(text), float(value))
    except ValueError:
        return False

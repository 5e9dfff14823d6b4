"""Joining two accounts of one thing, so that neither order nor repetition matters.

Facts about a call arrive in any order, more than once and in two forms. Every join here is commutative,
associative and idempotent, so whatever arrives however often, the outcome is the same.
"""

from typing import Any, Protocol, TypeVar


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Value = TypeVar("Value", bound=_Comparable)


def later(one: Value | None, other: Value | None) -> Value | None:
    """Return the greater of two values; a value rather than None.

    Of two accounts of a moment the greater is the finer one: REST cuts milliseconds off.
    """
    if one is None or other is None:
        return other if one is None else one
    return other if one < other else one


def earlier(one: Value | None, other: Value | None) -> Value | None:
    """Return the smaller of two values; a value rather than None."""
    if one is None or other is None:
        return other if one is None else one
    return other if other < one else one

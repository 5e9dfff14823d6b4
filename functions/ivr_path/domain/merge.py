"""Merge two reports of the same thing, so that neither order nor repetition matters.

Reports of a call arrive in any order, more than once and from several sources. Every merge here is
commutative, associative and idempotent: the result depends on the set of reports only.
"""

from typing import Any, Protocol, TypeVar


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Value = TypeVar("Value", bound=_Comparable)


def max_known(one: Value | None, other: Value | None) -> Value | None:
    """Return the larger of two values; None counts as less than any value.

    REST truncates timestamps to seconds, so the larger of two is the more precise.
    """
    if one is None or other is None:
        return other if one is None else one
    return other if one < other else one


def min_known(one: Value | None, other: Value | None) -> Value | None:
    """Return the smaller of two values; None counts as more than any value."""
    if one is None or other is None:
        return other if one is None else one
    return other if other < one else one

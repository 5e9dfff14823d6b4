"""Conditions on answers, as data, and their interpreter.

A condition compares the typed value of one question's answer, or combines other conditions::

    {"question": "rating", "lessThan": 3}
    {"all": [{"question": "again", "equals": "no"}, {"not": {"question": "why", "answered": true}}]}

A question that was not asked, or was skipped, has no value: every comparison with it is false, and only
``"answered": false`` is true.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never, get_args

Operator = Literal["equals", "notEquals", "lessThan", "greaterThan", "in", "answered"]
Value: TypeAlias = bool | float | str | tuple[str, ...]
"""The typed value of an answer; a multiple choice has the values of its choices."""

OPERATORS: Final[tuple[Operator, ...]] = get_args(Operator)

END: Final = "end"
"""The ``to`` of a jump that ends the survey."""

_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of the answer to a question with an operand.

    Attributes
    ----------
    question : str
        The question's key.
    operand : bool, float, str or tuple
        For ``in`` the values that count; for ``answered`` a truth value.
    """

    question: str
    operator: Operator
    operand: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of several conditions."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several conditions."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"


Condition: TypeAlias = Comparison | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the survey continues after an answer if a condition holds; without one, always.

    ``to`` is a question's key, or END; then ``goodbye`` may name the prompt that is said last.
    """

    to: str
    condition: Condition | None = None
    goodbye: str = ""


def holds(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Tell whether a condition holds.

    >>> holds(Comparison("rating", "lessThan", 3), {"rating": 2})
    True
    >>> holds(Not(Comparison("rating", "equals", 2)), {}), holds(Comparison("rating", "notEquals", 2), {})
    (True, False)
    """
    return bool(evaluate(condition, values))


def evaluate(
    condition: Condition, values: Mapping[str, Value], undecided: Collection[str] = _NOTHING
) -> bool | None:
    """Return whether a condition holds; None if that depends on answers that are still to be given.

    Parameters
    ----------
    values : mapping
        The typed value of each question that was answered, by the question's key.
    undecided : collection of str
        Keys of questions that may still be answered.
    """
    match condition:
        case Comparison():
            return None if condition.question in undecided else _compare(condition, values)
        case AllOf():
            return _all(evaluate(part, values, undecided) for part in condition.conditions)
        case AnyOf():
            opposites = (_opposite(evaluate(part, values, undecided)) for part in condition.conditions)
            return _opposite(_all(opposites))
        case Not():
            return _opposite(evaluate(condition.condition, values, undecided))
        case _:
            assert_never(condition)


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """Yield every comparison of a condition."""
    match condition:
        case None:
            return
        case Comparison():
            yield condition
        case Not():
            yield from comparisons(condition.condition)
        case AllOf() | AnyOf():
            for part in condition.conditions:
                yield from comparisons(part)
        case _:
            assert_never(condition)


def describe(condition: Condition | None) -> str:
    """Return a condition as people read it: ``rating < 3 and not (again = no)``."""
    match condition:
        case None:
            return ""
        case Comparison(question, "answered", operand):
            return f"{question} {'answered' if operand else 'not answered'}"
        case Comparison(question, operator, operand):
            return f"{question} {_SIGNS[operator]} {_text(operand)}"
        case Not():
            return f"not ({describe(condition.condition)})"
        case AllOf() | AnyOf():
            word = " and " if isinstance(condition, AllOf) else " or "
            parts = (
                describe(part) if isinstance(part, Comparison | Not) else f"({describe(part)})"
                for part in condition.conditions
            )
            return word.join(parts)
        case _:
            assert_never(condition)


_SIGNS: Final[Mapping[Operator, str]] = {
    "equals": "=",
    "notEquals": "≠",
    "lessThan": "<",
    "greaterThan": ">",
    "in": "in",
    "answered": "answered",
}


def _text(operand: Value | tuple[Value, ...]) -> str:
    if isinstance(operand, bool):
        return "yes" if operand else "no"
    return ", ".join(map(_text, operand)) if isinstance(operand, tuple) else str(operand)


def _compare(comparison: Comparison, values: Mapping[str, Value]) -> bool:  # noqa: PLR0911  # one an operator
    value, operand = values.get(comparison.question), comparison.operand
    if comparison.operator == "answered":
        return (value is not None) is operand
    if value is None:
        return False
    match comparison.operator:
        case "equals":
            return _equal(value, operand)
        case "notEquals":
            return not _equal(value, operand)
        case "in":
            chosen = value if isinstance(value, tuple) else (value,)
            listed = operand if isinstance(operand, tuple) else (operand,)
            return any(_equal(one, other) for one in chosen for other in listed)
        case "lessThan":
            return _less(value, operand)
        case "greaterThan":
            return _less(operand, value)
        case _:
            assert_never(comparison.operator)


def _equal(value: Value | tuple[Value, ...], other: Value | tuple[Value, ...]) -> bool:
    if isinstance(value, tuple) or isinstance(other, tuple):
        ours = value if isinstance(value, tuple) else (value,)
        theirs = other if isinstance(other, tuple) else (other,)
        return {_comparable(one) for one in ours} == {_comparable(one) for one in theirs}
    return _comparable(value) == _comparable(other)


def _comparable(value: Value | tuple[Value, ...]) -> tuple[str, object]:
    """Return a value that is equal only to one of its type: True is not 1, texts differ not by case only."""
    if isinstance(value, bool):
        return "truth", value
    return ("text", value.strip().casefold()) if isinstance(value, str) else ("number", value)


def _less(value: Value | tuple[Value, ...], other: Value | tuple[Value, ...]) -> bool:
    """Tell whether a number is less than another, or a date (YYYY-MM-DD) earlier than another."""
    if isinstance(value, bool) or isinstance(other, bool):
        return False
    if isinstance(value, str) and isinstance(other, str):
        return value < other
    if isinstance(value, int | float) and isinstance(other, int | float):
        return value < other
    return False


def _all(parts: Iterable[bool | None]) -> bool | None:
    found = list(parts)
    if False in found:
        return False
    return None if None in found else True


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth

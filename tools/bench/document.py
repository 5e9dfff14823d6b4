"""What was measured, as ``switchboard bench --json`` prints it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tools.bench.functions import Cost
from tools.bench.memory import at_sizes

Table = tuple[Sequence[str], Iterable[Sequence[str]]]
"""Heads and rows."""


def document(
    python: str, yardstick_ms: float, costs: Mapping[str, Cost], tables: Mapping[str, Table]
) -> dict[str, Any]:
    """Return what was measured, with numbers where the tables have texts.

    Parameters
    ----------
    python
        The version that functions ran on.
    yardstick_ms
        What tools.bench.cold_start says, the median of all.
    costs
        By function.
    tables
        Heads and rows of the features' own tables.
    """
    return {
        "python": python,
        "yardstickMs": yardstick_ms,
        "functions": {name: _function(cost) for name, cost in costs.items()},
        "tables": {
            name: [dict(zip(heads, map(_value, row), strict=True)) for row in rows]
            for name, (heads, rows) in tables.items()
        },
    }


def _function(cost: Cost) -> dict[str, Any]:
    return {
        "awsCalls": cost.aws,
        "twilioCalls": cost.twilio,
        "invocations": cost.invocations,
        "warm": asdict(cost.warm),
        "plain": asdict(cost.plain),
        "restored": asdict(cost.restored),
        "heldMb": cost.held_mb,
        "byMemory": {
            str(size): None
            if at is None
            else {
                "firstMs": at.first_ms,
                "restoredMs": at.restored_ms,
                "laterMs": at.later_ms,
                "dollarsPerMillion": at.dollars,
            }
            for size, at in at_sizes(cost).items()
        },
    }


def _value(cell: str) -> float | int | str:
    number = cell.replace(",", "")
    for read in (int, float):
        try:
            return read(number)
        except ValueError:
            continue
    return cell

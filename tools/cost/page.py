"""The tables in docs/cost.md, which stand between comments that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.cost import tables

FILE: Final = Path(__file__).parents[2] / "docs" / "cost.md"

_TABLES: Final[Mapping[str, Callable[[], Iterable[Sequence[str]]]]] = {
    "costs": tables.cost_rows,
    "taken": tables.taken_rows,
    "samples": tables.sample_rows,
    "standing": tables.standing_rows,
    "limits": tables.limit_rows,
    "quotas": tables.quota_rows,
    "prices": tables.price_rows,
}
_BLOCK: Final = re.compile(
    r"(<!-- (\w+): written by switchboard cost --write -->\n).*?(<!-- end -->)", re.DOTALL
)


def page(text: str) -> str:
    """Return the page's text with its tables as they follow from the files now."""
    return _BLOCK.sub(lambda block: f"{block[1]}{_table(_TABLES[block[2]]())}{block[3]}", text)


def _table(rows: Iterable[Sequence[str]]) -> str:
    heads, *body = rows
    lines = [heads, ["---"] * len(heads), *body]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)

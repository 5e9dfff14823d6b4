"""Tables on a terminal, or as lines for a pipe; ages in words."""

import sys
from collections.abc import Iterable, Sequence

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def age(seconds: float) -> str:
    """Return a time span as a person writes it: ``3 d``, ``2 h``, ``5 min``, ``40 s``."""
    whole = max(0, int(seconds))
    for length, unit in _UNITS:
        if whole >= length:
            return f"{whole // length} {unit}"
    return "0 s"


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below the names of their columns: aligned on a terminal, separated by tabs elsewhere."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            print("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)

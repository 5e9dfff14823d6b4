"""A map of SIP routes as CSV: a row for each route, in order, and one without an address for the default.

The columns ``address``, ``comment``, ``type``, ``destination`` and ``match`` are texts. Every other field of
a route, whether the router knows it or not, has a column of its own that holds JSON.

What spreadsheets make of such a table is read, too: semicolons or tabs between the cells, names of columns in
any case, columns and rows without content.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sip_router.domain.route import Route

_TEXTS = ("address", "comment", "type", "destination", "match")
_NEEDED = ("address", "type", "destination")
_SEPARATORS = ",;\t"
_MOST_SAID = 100
_KNOWN = {name.casefold(): name for name in Route.model_fields}
# 4.93012E+11, in half of Europe with a comma; #NAME? and the like, in several languages.
_SPREADSHEETS_OWN = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]{2,}|#[^\W\d_]+[!?]|#N/A", re.IGNORECASE)


class _BrokenRowError(Exception):
    """A row that is no CSV."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class TableError(ValueError):
    """A table that cannot be read as a map; the message names the line."""


@dataclass(frozen=True)
class Table:
    """A table of routes as far as it can be read.

    Attributes
    ----------
    routes : Sequence[tuple[int, dict[str, Any]]]
        The routes with their lines.
    defaults : Sequence[tuple[int, dict[str, Any]]]
        The rows without an address, with their lines. A whole map has one, the default route.
    problems : Sequence[tuple[int, str]]
        The lines that cannot be read, and why; there may be several of a line.
    """

    routes: Sequence[tuple[int, dict[str, Any]]]
    defaults: Sequence[tuple[int, dict[str, Any]]]
    problems: Sequence[tuple[int, str]]


def to_csv(data: Mapping[str, Any], separator: str = ",") -> str:
    """Return a map as CSV.

    Parameters
    ----------
    data
        ``{"routes": […], "default": {…}}``; other keys beside these two have no place in a table.
    separator
        What stands between cells.

    Raises
    ------
    TableError
        A faulty route would not come back as it is.
    """
    rows = [*data["routes"], data.get("default")]
    for number, row in enumerate(rows):
        problem = _problem(row, is_default=number == len(data["routes"]))
        if problem:
            name = "default" if number == len(data["routes"]) else f"routes[{number}]"
            raise TableError(f"{name} {problem}: a table cannot hold it, a .json file can")
    rows[-1] = {**rows[-1], "address": ""}
    more = sorted({name for row in rows for name in row if name not in _TEXTS})
    texts = [name for name in _TEXTS if name != "match" or any("match" in row for row in rows)]
    output = io.StringIO()
    writer = csv.writer(output, delimiter=separator)
    writer.writerow([*texts, *more])
    for row in rows:
        writer.writerow([*(row.get(name, "") for name in texts), *(_cell(row, name) for name in more)])
    return output.getvalue()


def _problem(row: Any, *, is_default: bool) -> str | None:
    """Return why a table cannot hold a route; None if it can."""
    if not isinstance(row, Mapping):
        return "is no object"
    if not is_default and not row.get("address"):
        return "has no address"
    wrong = [name for name in ("address", "type", "destination") if not isinstance(row.get(name, ""), str)]
    wrong += [name for name in ("comment", "match") if not isinstance(row.get(name), str | None)]
    return f"has no text as its {wrong[0]}" if wrong else None


def from_csv(text: str) -> dict[str, Any]:
    """Return the map that a table holds. What the routes say is not checked.

    Raises
    ------
    TableError
        A column is missing or twice there, a cell is not JSON, or is what a spreadsheet made of an address,
        or there is not exactly one default route. The message has a line for each line of the table that
        cannot be read.
    """
    table = read_table(text)
    if table.problems:
        said = [f"line {line}: {message}" for line, message in table.problems[:_MOST_SAID]]
        more = len(table.problems) - len(said)
        raise TableError("\n".join([*said, f"… and {more:,} more"] if more else said))
    if len(table.defaults) != 1:
        raise TableError(
            f"one row without an address must be there, the default route; there are {len(table.defaults)}"
        )
    return {"routes": [route for _, route in table.routes], "default": table.defaults[0][1]}


def read_table(text: str) -> Table:
    """Return all that can be read of a table, and every line that cannot be read.

    Raises
    ------
    TableError
        The header does not name the columns.
    """
    rows = _rows(text, _separator(text))
    routes: list[tuple[int, dict[str, Any]]] = []
    defaults: list[tuple[int, dict[str, Any]]] = []
    problems = []
    try:
        header = _header(*next(rows, (1, [])))
        for line, row in rows:
            found, wrong = _read_row(header, row)
            problems += [(line, message) for message in wrong]
            if not wrong:
                (routes if found.get("address") else defaults).append((line, found))
    except _BrokenRowError as error:  # what follows it cannot be told apart
        problems.append((error.line, str(error)))
    return Table(routes, defaults, problems)


def _read_row(header: list[str], row: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return a row as a route, and what is wrong with its cells."""
    wrong = []
    if any(row[len(header) :]):
        wrong.append("there are more cells than columns")
    cells: dict[str, Any] = {}
    for name, cell in zip(header, row, strict=False):
        if cell and not name:
            wrong.append(f"{cell} is in a column without a name")
        elif cell:
            try:
                cells[name] = _value(name, cell)
            except ValueError as error:
                wrong.append(f"{name}: {error}")
    # A route has these four fields, be they empty; the default route need not have a comment.
    fields = ("address", "comment", "type", "destination") if cells.get("address") else ()
    return {**dict.fromkeys(fields, ""), **cells}, wrong


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have content, with their lines; the first is the header."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    try:
        for row in reader:
            # Excel is told what separates the cells by a line "sep=;" before the header.
            if any(row) and not (reader.line_num == 1 and row[0].lower().startswith("sep=")):
                yield reader.line_num, row
    except csv.Error as error:
        raise _BrokenRowError(reader.line_num, str(error)) from None


def _separator(text: str) -> str:
    """Return what separates the cells: that which makes the most known names of the header."""

    def count_known(separator: str) -> int:
        try:
            _, header = next(_rows(text, separator), (1, []))
        except _BrokenRowError:
            return 0
        return len(_KNOWN.keys() & {name.strip().casefold() for name in header})

    return max(_SEPARATORS, key=count_known)


def _header(line: int, row: list[str]) -> list[str]:
    """Return the names of the columns: a field's own in any case, "" for a spare column."""
    written = [name.strip() for name in row]
    # Beside a column that is written exactly like a field, "Address" is another one.
    fields = {name: field for name, field in _KNOWN.items() if field not in written}
    names = [fields.get(name.casefold(), name) for name in written]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise TableError(
            f"line {line}: the column {missing[0]} is missing: the first line must name the columns "
            f"{', '.join(_TEXTS[:4])}, separated by commas, semicolons or tabs"
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise TableError(f"line {line}: the column {twice} must be there once")
    return names


def _cell(row: Mapping[str, Any], name: str) -> str:
    return json.dumps(row[name], ensure_ascii=False) if name in row else ""


def _value(name: str, cell: str) -> Any:
    if name in {"address", "destination"} and _SPREADSHEETS_OWN.fullmatch(cell.strip()):
        raise ValueError(
            f"{cell.strip()} is what a spreadsheet made of what was there: format the column as text, and "
            "enter it again"
        )
    if name in _TEXTS:
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError("must be JSON") from None

"""A map of SIP routes as CSV: a row for each route, in order, and one without an address for the default.

The columns ``address``, ``comment``, ``type``, ``destination`` and ``match`` are texts. Every other field of
a route, whether the router knows it or not, has a column of its own that holds JSON.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

_TEXTS = ("address", "comment", "type", "destination", "match")


class TableError(ValueError):
    """A table that cannot be read as a map; the message names the line."""


def to_csv(data: Mapping[str, Any]) -> str:
    """Return a map as CSV.

    Parameters
    ----------
    data
        ``{"routes": […], "default": {…}}``; other keys beside these two have no place in a table.

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
    writer = csv.writer(output)
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
        A column is missing or twice there, a cell is not JSON, or there is not exactly one default route.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in ("address", "type", "destination") if name not in header]
    if missing or len(set(header)) < len(header):
        raise TableError(
            f"line 1: the columns must have names, among them {', '.join(_TEXTS[:4])}, each once"
        )
    routes, defaults = [], []
    for line, row in _rows(reader, header):
        cells = dict(zip(header, row, strict=True))
        said = {name: _value(name, cell, line) for name, cell in cells.items() if cell}
        if cells["address"]:
            # A route has these four fields, be they empty; the default route need not have a comment.
            routes.append({**dict.fromkeys(("address", "comment", "type", "destination"), ""), **said})
        else:
            defaults.append(said)
    if len(defaults) != 1:
        raise TableError(
            f"one row without an address must be there, the default route; there are {len(defaults)}"
        )
    return {"routes": routes, "default": defaults[0]}


def _rows(reader: Any, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        for row in reader:
            if not any(row):
                continue
            if len(row) > len(header):
                raise TableError(f"line {reader.line_num}: there are more cells than columns")
            yield reader.line_num, row + [""] * (len(header) - len(row))
    except csv.Error as error:
        raise TableError(f"line {reader.line_num}: {error}") from None


def _cell(row: Mapping[str, Any], name: str) -> str:
    return json.dumps(row[name], ensure_ascii=False) if name in row else ""


def _value(name: str, cell: str, line: int) -> Any:
    if name in _TEXTS:
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        raise TableError(f"line {line}: {name}: must be JSON") from None

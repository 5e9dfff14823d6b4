"""A file of routes, checked line by line before anything is taken from it."""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sip_router.domain.diff import routes_by_key
from sip_router.domain.route import matching
from sip_router.domain.validation import MAX_FAULTS, find_faults, introduced_faults
from switchboard.text import spreadsheet_text
from tools.sip_map.map_file import decode, read_map, separator
from tools.sip_map.table import Table, TableError, read_table

FAULTY: Final = "faulty"
DEFAULT_NAME: Final = "every other address"

_PLACE: Final = re.compile(r"data\.routes\[([0-9]+)\]")


@dataclass(frozen=True)
class ImportRow:
    """One line of a file.

    Attributes
    ----------
    line : int
        Of a table; of JSON the route's place, from 1.
    address : str
    state : str
        new, changed, unchanged or faulty.
    message : str
        What is wrong with it.
    """

    line: int
    address: str
    state: str
    message: str = ""


@dataclass(frozen=True)
class Import:
    """What a file holds.

    Attributes
    ----------
    name : str
    rows : Sequence[ImportRow]
        Its lines in their order.
    routes : Sequence[Any]
        The routes without faults.
    whole : Mapping[str, Any]
        The map that the file is if nothing of it is faulty.
    default : Any
        The default route; None where the file has none without faults.
    """

    name: str
    rows: Sequence[ImportRow]
    routes: Sequence[Any]
    whole: Mapping[str, Any]
    default: Any

    @property
    def numbers(self) -> Mapping[str, int]:
        """How many lines are in each state."""
        return Counter(row.state for row in self.rows)

    @property
    def is_faultless(self) -> bool:
        """Whether all lines can be taken."""
        return FAULTY not in self.numbers

    def added_to(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a map with the file's faultless routes, each in place of the one of its address."""
        routes = routes_by_key(data)
        routes.update(routes_by_key({"routes": self.routes}))
        found = {**data, "routes": list(routes.values())}
        return found if self.default is None else {**found, "default": self.default}


def read_import(name: str, content: bytes, data: Mapping[str, Any], base: Mapping[str, Any]) -> Import:
    """Return what a file holds, beside the map that it changes.

    Parameters
    ----------
    name
        Its ending tells what the file is.
    content
    data
        The map as it is edited.
    base
        The saved version, whose faulty routes may stay as they are.

    Raises
    ------
    TableError
        It holds no routes at all.
    """
    table = read_table(decode(name, content)) if separator(name) else _from_json(name, content)
    more = {} if separator(name) else read_map(name, content)
    default = table.defaults[0][1] if table.defaults else data.get("default")
    whole = {**data, **more, "routes": [route for _, route in table.routes], "default": default}
    lines = [line for line, _ in table.routes]
    wrong: dict[int | None, list[str]] = defaultdict(list)
    faults = find_faults(whole)
    if len(faults) > MAX_FAULTS:  # which is where it stops looking
        raise TableError(f"{name}: has more than {MAX_FAULTS:,} faults: is it a file of routes?")
    for fault in introduced_faults(faults, whole, base):
        wrong[fault.route].append(_message(fault.field, fault.message, lines))
    rows, good = _route_rows(table, wrong, data)
    rows += _default_rows(table, wrong, data)
    rows += [ImportRow(line, "", FAULTY, message) for line, message in table.problems]
    rows.sort(key=lambda row: row.line)
    is_default_good = len(table.defaults) == 1 and None not in wrong
    return Import(name, rows, good, whole, table.defaults[0][1] if is_default_good else None)


def report_of(found: Import) -> str:
    """Return the report for all lines of a file, as CSV in which nothing of the file is a formula."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(["line", "address", "state", "what is wrong"])
    writer.writerows(
        (row.line, spreadsheet_text(row.address), row.state, spreadsheet_text(row.message))
        for row in found.rows
    )
    return output.getvalue()


def _from_json(name: str, content: bytes) -> Table:
    found = read_map(name, content)
    if not isinstance(found, Mapping) or not isinstance(found.get("routes"), list):
        raise TableError(f"{name}: must hold routes, such as Export writes it")
    routes = [(place, route) for place, route in enumerate(found["routes"], 1)]
    return Table(routes, [(len(routes) + 1, found["default"])] if "default" in found else [], [])


def _route_rows(
    table: Table, wrong: Mapping[int | None, list[str]], data: Mapping[str, Any]
) -> tuple[list[ImportRow], list[Any]]:
    known = routes_by_key(data)
    rows, good = [], []
    for number, (line, route) in enumerate(table.routes):
        address = str(route.get("address", "")) if isinstance(route, Mapping) else ""
        if messages := wrong.get(number):
            rows.append(ImportRow(line, address, FAULTY, "\n".join(messages)))
            continue
        good.append(route)
        key = matching(address, route.get("match")) if isinstance(route, Mapping) else None
        before = known.get(key) if key else None
        rows.append(ImportRow(line, address, _state(before, route)))
    return rows, good


def _default_rows(
    table: Table, wrong: Mapping[int | None, list[str]], data: Mapping[str, Any]
) -> list[ImportRow]:
    rows = []
    for place, (line, default) in enumerate(table.defaults):
        messages = (
            ["one row only may be without an address: the default route"] if place else wrong.get(None, [])
        )
        state = FAULTY if messages else _state(data.get("default"), default)
        rows.append(ImportRow(line, DEFAULT_NAME, state, "\n".join(messages)))
    if None in wrong and not table.defaults:
        rows.append(ImportRow(0, "", FAULTY, "\n".join(wrong[None])))
    return rows


def _state(before: Any, after: Any) -> str:
    if before is None:
        return "new"
    return "unchanged" if before == after else "changed"


def _message(field: str, message: str, lines: Sequence[int]) -> str:
    """Return a fault, in which other routes are named by their lines."""
    name = field.partition("].")[2] or field.removeprefix("data.default").removeprefix("data").lstrip(".")
    said = _PLACE.sub(lambda found: f"line {lines[int(found[1])]}", message)
    return f"{name}: {said}" if name else said

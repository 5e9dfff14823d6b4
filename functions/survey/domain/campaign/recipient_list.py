"""Lists of recipients: entries in JSON, or a CSV file as spreadsheets write it, to recipients and problems.

An entry that cannot be used is reported with its line and does not stop the rest.
"""

import csv
import io
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from survey.domain.campaign.phone_zones import is_zone
from survey.domain.campaign.recipient import Recipient
from survey.domain.definition import is_language

LONGEST_LINE: Final = 10_000

NUMBER_COLUMNS: Final = frozenset({"to", "number", "phone", "phonenumber"})
LANGUAGE_COLUMNS: Final = frozenset({"language", "defaultlanguage"})
ZONE_COLUMNS: Final = frozenset({"timezone"})
RESERVED: Final = frozenset({"again", "surveyid"})
"""Fields of a request that starts a survey: no placeholder has these names."""

_NUMBER: Final = re.compile(r"\+[0-9]{7,15}")
_TEXT_CELL: Final = re.compile(r"'(.*)|=\"(.*)\"")
_SEPARATORS: Final = re.compile(r"[\s().\-\u2010-\u2015\u00a0]")
_ROUNDED: Final = re.compile(r"[0-9]+[.,]?[0-9]*E\+?[0-9]+", re.IGNORECASE)
_SAYS_SEPARATOR: Final = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_NO_NUMBER: Final = "must be a phone number in E.164 form: + and 7 to 15 digits"
_TOO_LONG: Final = f"has more than {LONGEST_LINE:,} characters"
_OPEN_QUOTATION: Final = "has a quotation mark that this line does not close: a cell must be on one line"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that is not contacted, and why."""

    line: int
    to: str
    message: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a CSV file: its number, its cells, and why they cannot be used, or nothing."""

    line: int
    cells: list[str]
    problem: str = ""


class ListError(ValueError):
    """A file cannot be read as a list of recipients at all."""


FieldReader = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Returns further fields as texts; ValueError where one can fill no placeholder."""


def read_entries(entries: Iterable[Any], read_fields: FieldReader) -> Iterator[Recipient | Rejected]:
    """Yield the recipients of a list in JSON; an entry's line is its place, from 1."""
    for line, entry in enumerate(entries, start=1):
        if isinstance(entry, Mapping):
            yield _recipient(line, entry, read_fields)
        else:
            yield Rejected(line, "", "must be an object")


def read_csv(content: bytes, read_fields: FieldReader) -> Iterator[Recipient | Rejected]:
    """Yield the recipients of a CSV file, one line each.

    The first line names the columns: ``to`` or ``number``, ``language``, ``timeZone``, and placeholders. A
    file whose first line begins with a number has no names. Commas, semicolons or tabs separate; the file is
    UTF-8 or UTF-16, with or without a byte order mark, or Windows-1252.

    Raises
    ------
    ListError
        The file is empty, or no column has numbers.
    """
    rows = _rows(decode(content))
    first = next(rows, None)
    if first is None:
        raise ListError("is empty")
    names, is_entry = _columns(first.cells)
    for row in itertools.chain([first] if is_entry else [], rows):
        yield _of_row(row, names, read_fields)


def without_lines(content: bytes, lines: Collection[int]) -> bytes:
    """Return a CSV file with entries left out; every other line keeps its number and its meaning.

    Raises
    ------
    ListError
        As `read_csv`.
    """
    text = decode(content)
    first = next(_rows(text), None)
    if first is None:
        raise ListError("is empty")
    names, is_entry = _columns(first.cells)
    kept = [
        "\n" if number in lines else line
        for number, line in enumerate(io.StringIO(text, newline=None), start=1)
    ]
    if is_entry and first.line in lines:
        # The first entry says what separates the columns and how many there are. Their names say it, too.
        kept[first.line - 1] = _delimiter(text).join(names) + "\n"
    return "".join(kept).encode("utf-8-sig")


def decode(content: bytes) -> str:
    """Return the text of a file that a spreadsheet or an editor has saved."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """Return what separates the columns: Excel may say so in the first line, as ``sep=;``."""
    first = next(iter(text[:LONGEST_LINE].lstrip().splitlines()), "")
    said = _SAYS_SEPARATOR.fullmatch(first.strip())
    return said[1] if said else max(",;\t", key=first.count)


def _rows(text: str) -> Iterator[_Row]:
    """Yield the lines that hold something."""
    delimiter = _delimiter(text)
    for line, content in enumerate(io.StringIO(text, newline=None), start=1):
        if line == 1 and _SAYS_SEPARATOR.fullmatch(content.strip()):
            continue
        if len(content) > LONGEST_LINE:
            cells, problem = content[:LONGEST_LINE].split(delimiter), _TOO_LONG
        else:
            # A quotation that this line opens takes the next line, too.
            reader = csv.reader([content, ""], delimiter=delimiter)
            cells = next(reader)
            problem = _OPEN_QUOTATION if reader.line_num > 1 else ""
        row = [cell.strip() for cell in cells]
        if any(row):
            yield _Row(line, row, problem)


def _columns(row: list[str]) -> tuple[list[str], bool]:
    """Return the names of the columns, and whether the row that was read for them is an entry itself."""
    if _NUMBER.fullmatch(_plain(row[0])):
        return ["to", "language"][: len(row)], True
    names = [_column(name) for name in row]
    if "to" not in names:
        raise ListError("must have a column to, or number, in its first line")
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled:
        raise ListError(f"must not have the column {min(doubled)} twice")
    return names, False


def _column(name: str) -> str:
    plain = name.lower().replace("_", "").replace(" ", "").replace("-", "")
    if plain in NUMBER_COLUMNS:
        return "to"
    if plain in LANGUAGE_COLUMNS:
        return "language"
    return "timeZone" if plain in ZONE_COLUMNS else name


def _of_row(row: _Row, names: list[str], read_fields: FieldReader) -> Recipient | Rejected:
    cells = dict(zip(names, row.cells, strict=False))
    if row.problem:
        return Rejected(row.line, cells.get("to", "")[:64], row.problem)
    if any(row.cells[len(names) :]):
        return Rejected(row.line, cells.get("to", "")[:64], f"has more than {len(names)} columns")
    return _recipient(row.line, {name: cell for name, cell in cells.items() if name and cell}, read_fields)


def _recipient(line: int, entry: Mapping[str, Any], read_fields: FieldReader) -> Recipient | Rejected:
    given = entry.get("to")
    to = _plain(given) if isinstance(given, str) else ""
    shown = str(given or "")[:64]
    if not _NUMBER.fullmatch(to):
        rounded = isinstance(given, str) and _ROUNDED.fullmatch(given.strip())
        problem = "was rounded by a spreadsheet: format the column as text" if rounded else _NO_NUMBER
        return Rejected(line, shown, f"to: {problem}")
    language, zone = entry.get("language") or "", entry.get("timeZone") or ""
    if not isinstance(language, str) or (language and not is_language(language)):
        return Rejected(line, to, "language: must be a language code, such as en-US")
    if not isinstance(zone, str) or (zone and not is_zone(zone)):
        return Rejected(line, to, "timeZone: must be an IANA time zone, such as America/New_York")
    others = {
        name: value
        for name, value in entry.items()
        if name not in {"to", "language", "timeZone"} and value not in (None, "")
    }
    if reserved := sorted(name for name in others if name.lower() in RESERVED):
        return Rejected(line, to, f"{reserved[0]}: must have another name")
    try:
        fields = read_fields(others)
    except ValueError as error:
        name = getattr(error, "field", "")
        return Rejected(line, to, f"{name}: {error}" if name else str(error))
    return Recipient(to, line, language, zone, fields)


def _plain(text: str) -> str:
    """Return a number without visual separators (RFC 3966, 5.1.1), and without what makes its cell a text."""
    cell = _TEXT_CELL.fullmatch(text.strip())
    return _SEPARATORS.sub("", (cell[1] or cell[2] or "") if cell else text)

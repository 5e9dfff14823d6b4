"""Files of SIP routes: JSON, or a table by the ending of the name."""

import codecs
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from tools.sip_map.table import TableError, from_csv, to_csv

_SEPARATORS: Final = {".csv": ",", ".tsv": "\t", ".txt": "\t"}


def separator(name: str) -> str | None:
    """Return what separates the cells of a table, by a file's name; None for JSON."""
    return _SEPARATORS.get(PurePath(name).suffix.lower())


def read_map(name: str, content: bytes) -> Any:
    """Return the map that a file holds. What the routes say is not checked.

    Raises
    ------
    TableError
        It is not text, or neither JSON nor a table of routes.
    """
    text = decode(name, content)
    if separator(name):
        return from_csv(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TableError(f"{name}: {error}") from None


def decode(name: str, content: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    TableError
        It is not text.
    """
    # Excel's "Unicode Text" is UTF-16, and begins with a byte order mark.
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            f"{name}: is not UTF-8 (byte {error.start + 1:,}): save it as UTF-8, "
            'which spreadsheets call "CSV UTF-8"'
        ) from None


def write_map(name: str, data: Mapping[str, Any]) -> str:
    """Return a map as the content of a file of this name.

    Raises
    ------
    TableError
        A table cannot hold one of the routes.
    """
    between = separator(name)
    return to_csv(data, between) if between else json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def with_what_tables_lack(name: str, data: Any, before: Mapping[str, Any]) -> Any:
    """Return the map of a file with what else a map may hold, for which a table has no place."""
    return {**before, **data} if separator(name) else data

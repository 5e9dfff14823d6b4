"""Where the values of a JSON document stand: which line to name when something is wrong with one."""

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR: Final = re.compile(r"[^\s,\]}]+")

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    r"""Return the line (from 1) of every value in a valid JSON document, by its path of keys and indexes.

    >>> lines_of('{\n "questions": [\n  7]}')
    {(): 1, ('questions',): 2, ('questions', 0): 3}
    """
    lines: dict[Path, int] = {}
    _value(text, _skip(text, 0), (), lines)
    return lines


def _value(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    lines[path] = text.count("\n", 0, at) + 1
    if text[at] == "{":
        return _members(text, at, path, lines)
    if text[at] == "[":
        return _elements(text, at, path, lines)
    scalar = _STRING.match(text, at) or _SCALAR.match(text, at)
    return scalar.end() if scalar else at + 1


def _members(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    at = _skip(text, at + 1)
    while text[at] != "}":
        name = _STRING.match(text, at)
        if name is None:
            raise ValueError("not a valid JSON document")
        at = _skip(text, _skip(text, name.end()) + 1)
        at = _skip(text, _value(text, at, (*path, json.loads(name.group())), lines))
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _elements(text: str, at: int, path: Path, lines: dict[Path, int]) -> int:
    at = _skip(text, at + 1)
    index = 0
    while text[at] != "]":
        at = _skip(text, _value(text, at, (*path, index), lines))
        index += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at

"""The part of the Liquid template language that the local Studio fills in: outputs with filters.

https://www.twilio.com/docs/studio/user-guide/liquid-template-language
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

_OUTPUT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TAG = re.compile(r"\{%-?\s*(\w*)")
_PIECE = re.compile(r"""'[^']*'|"[^"]*"|[^\s'",:|]+|[|:,]""")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

Filter = Callable[..., Any]


def fill(text: Any, context: Mapping[str, Any]) -> str:
    """Replace outputs such as ``{{widgets.menu.Digits | default: '0'}}`` by values, or by nothing."""
    return _OUTPUT.sub(lambda match: _text(_evaluate(match[1], context)), str(text))


def unknown_parts(text: str) -> Iterator[str]:
    """Yield the parts of Liquid in a text that are not filled in here: tags, filters, other outputs."""
    for tag in _TAG.finditer(text):
        yield f"the Liquid tag {tag[1]}"
    for output in _OUTPUT.finditer(text):
        value, *filters = _calls(output[1])
        if len(value) != 1 or not (_is_literal(value[0]) or _PATH.fullmatch(value[0])):
            yield f"the Liquid output {output[0]}"
        for name, *_ in (call or ("",) for call in filters):
            if name not in FILTERS:
                yield f"the Liquid filter {name}"


def _evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    first, *filters = _calls(expression)
    value = _value(first[0], context) if first else None
    for name, *arguments in filters:
        value = FILTERS[name](value, *(_value(one, context) for one in arguments))
    return value


def _calls(expression: str) -> list[list[str]]:
    """Return the value and the filters of an output, each with its arguments."""
    calls: list[list[str]] = [[]]
    for piece in _PIECE.findall(expression):
        if piece == "|":
            calls.append([])
        elif piece not in {":", ","}:
            calls[-1].append(piece)
    return calls


def _is_literal(piece: str) -> bool:
    return piece[0] in "'\"" or _NUMBER.fullmatch(piece) is not None


def _value(piece: str, context: Mapping[str, Any]) -> Any:
    if piece[0] in "'\"":
        return piece[1:-1]
    if _NUMBER.fullmatch(piece):
        return float(piece) if "." in piece else int(piece)
    value: Any = context
    for name in piece.split("."):
        if isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "".join(map(_text, value)) if isinstance(value, list) else str(value)


def _split(value: Any, separator: Any) -> list[str]:
    text = _text(value)
    parts = text.split(_text(separator)) if _text(separator) else list(text)
    while parts and not parts[-1]:  # as Ruby's split, which Liquid's rests on
        parts.pop()
    return parts


def _slice(value: Any, start: Any, length: Any = 1) -> str:
    text, begin = _text(value), int(start)
    begin = begin + len(text) if begin < 0 else begin
    return text[begin : begin + int(length)] if begin >= 0 else ""


def _truncate(value: Any, length: Any = 50, end: Any = "...") -> str:
    text, tail = _text(value), _text(end)
    return text if len(text) <= int(length) else text[: max(int(length) - len(tail), 0)] + tail


def _number(value: Any) -> int | float:
    text = _text(value)
    if not _NUMBER.fullmatch(text):
        return 0
    return float(text) if "." in text else int(text)


FILTERS: Mapping[str, Filter] = {
    "append": lambda value, end: _text(value) + _text(end),
    "capitalize": lambda value: _text(value).capitalize(),
    "default": lambda value, other: other if value in (None, False, "", []) else value,
    "downcase": lambda value: _text(value).lower(),
    "first": lambda value: value[0] if isinstance(value, list) and value else None,
    "join": lambda value, glue=" ": (
        _text(glue).join(map(_text, value)) if isinstance(value, list) else _text(value)
    ),
    "last": lambda value: value[-1] if isinstance(value, list) and value else None,
    "minus": lambda value, other: _number(value) - _number(other),
    "plus": lambda value, other: _number(value) + _number(other),
    "prepend": lambda value, start: _text(start) + _text(value),
    "remove": lambda value, part: _text(value).replace(_text(part), ""),
    "remove_first": lambda value, part: _text(value).replace(_text(part), "", 1),
    "replace": lambda value, old, new="": _text(value).replace(_text(old), _text(new)),
    "replace_first": lambda value, old, new="": _text(value).replace(_text(old), _text(new), 1),
    "size": lambda value: len(value) if isinstance(value, list) else len(_text(value)),
    "slice": _slice,
    "split": _split,
    "strip": lambda value: _text(value).strip(),
    "truncate": _truncate,
    "upcase": lambda value: _text(value).upper(),
    "url_encode": lambda value: quote_plus(_text(value)),
}
"""Filters by name, https://www.twilio.com/docs/studio/user-guide/liquid-template-language#standard-filters."""

"""Patterns: regular expressions that must match the whole address, in time linear in its length.

RE2 (https://github.com/google/re2/wiki/Syntax) does not backtrack, so no pattern that an administrator writes
and no address that a caller dials can make a call wait.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import re2

# A pattern that needs more than this once compiled is refused when it is saved.
MAX_BYTES = 64 * 1024
MAX_BYTES_TOGETHER = 16 * 1024 * 1024


class Patterns:
    """Patterns in the order in which they are tried.

    All of them together are one expression that is asked first: an address that no pattern matches, as most
    calls to the default route have it, costs one match however many patterns there are.

    Parameters
    ----------
    texts : Sequence[str]
        Regular expressions. One that RE2 refuses matches nothing.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._each = [_compile_or_none(text) for text in texts]
        valid = [text for text, one in zip(texts, self._each, strict=True) if one is not None]
        try:
            together = "|".join(_group(text) for text in valid)
            self._any = _compile(together, MAX_BYTES_TOGETHER) if len(valid) > 1 else None
        except ValueError:
            # Two may name a group alike, or all may be too large together.
            self._any = None

    def matches(self, address: str) -> Iterator[int]:
        """Yield the indexes of the patterns that match the whole address."""
        text = address.encode("utf-8", "replace")
        if self._any is not None and self._any.fullmatch(text) is None:
            return
        for index, one in enumerate(self._each):
            if one is not None and one.fullmatch(text) is not None:
                yield index


def _group(text: str) -> str:
    r"""Return a pattern as a part of a larger one, in which a ``\Q`` must not quote the next pattern."""
    group = f"(?:{text})"
    try:
        _compile(group, MAX_BYTES_TOGETHER)
    except ValueError:
        return rf"(?:{text}\E)"
    return group


def _compile_or_none(text: str) -> Any | None:
    try:
        return _compile(text, MAX_BYTES)
    except ValueError:
        return None


def check_pattern(text: str) -> None:
    """Raise ValueError for a text that is not a pattern."""
    try:
        _compile(text, MAX_BYTES)
    except ValueError as error:
        raise ValueError(f"must be a regular expression of RE2: {error}") from None


@functools.cache
def _options(max_bytes: int) -> Any:
    options = re2.Options()
    options.max_mem = max_bytes
    options.never_capture = True
    options.log_errors = False
    return options


def _compile(text: str, max_bytes: int) -> Any:
    try:
        return re2.compile(text.encode("utf-8", "replace"), _options(max_bytes))
    except re2.error as error:
        reason = error.args[0] if error.args else "it cannot be compiled"
        words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(words) from None

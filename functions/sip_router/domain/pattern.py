"""Patterns: regular expressions that must match the whole address, in time linear in its length.

RE2 (https://github.com/google/re2/wiki/Syntax) does not backtrack, so no pattern that an administrator writes
and no address that somebody dials can make a call wait. Imported only where a map has patterns.
"""

import functools
from collections.abc import Sequence
from typing import Any

import re2

# A pattern that needs more than this once compiled is refused when it is saved.
MAX_BYTES = 64 * 1024
MAX_BYTES_TOGETHER = 16 * 1024 * 1024


class Patterns:
    """Patterns in the order in which they are tried.

    All of them together are one expression that is asked first: an address that none matches, which is most
    calls' way to the default route, costs one match however many patterns there are.

    Parameters
    ----------
    texts : Sequence[str]
        Patterns that `pattern_problem` finds nothing wrong with; else a ValueError.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._each = [_compile(text, MAX_BYTES) for text in texts]
        try:
            together = "|".join(_group(text) for text in texts)
            self._any = _compile(together, MAX_BYTES_TOGETHER) if len(texts) > 1 else None
        except ValueError:
            # Two may name a group alike, or all may be too large together.
            self._any = None

    def first(self, address: str) -> int | None:
        """Return the index of the first pattern that matches the whole address; None if none does."""
        text = address.encode("utf-8", "replace")
        if self._any is not None and self._any.fullmatch(text) is None:
            return None
        return next((index for index, one in enumerate(self._each) if one.fullmatch(text) is not None), None)


def _group(text: str) -> str:
    r"""Return a pattern as a part of a larger one. A ``\Q`` that is not ended would swallow what follows."""
    group = f"(?:{text})"
    try:
        _compile(group, MAX_BYTES_TOGETHER)
    except ValueError:
        return rf"(?:{text}\E)"
    return group


def pattern_problem(text: str) -> str | None:
    """Return why a text is not a pattern, or None if it is one."""
    try:
        _compile(text, MAX_BYTES)
    except ValueError as error:
        return f"must be a regular expression of RE2: {error}"
    return None


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

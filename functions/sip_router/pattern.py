"""Patterns: regular expressions that must match the whole address, in time linear in its length.

RE2 (https://github.com/google/re2/wiki/Syntax) does not backtrack, so no pattern that an administrator writes
and no address that somebody dials can make a call wait. Imported only where a map has patterns.
"""

import functools
from typing import Any

import re2

# A pattern that needs more than this once compiled is refused when it is saved.
MAX_BYTES = 64 * 1024


@functools.cache
def _options() -> Any:
    options = re2.Options()
    options.max_mem = MAX_BYTES
    options.log_errors = False
    return options


class Pattern:
    """A compiled pattern. ValueError if it is not a regular expression of RE2's, or too large."""

    __slots__ = ("_compiled",)

    def __init__(self, text: str) -> None:
        try:
            self._compiled = re2.compile(text, _options())
        except re2.error as error:
            raise ValueError(_words(error)) from None

    def matches(self, address: str) -> bool:
        """Tell whether the pattern matches the whole address."""
        return self._compiled.fullmatch(address) is not None


def pattern_problem(text: str) -> str | None:
    """Return why a text is not a pattern, or None if it is one."""
    try:
        Pattern(text)
    except ValueError as error:
        return f"must be a regular expression of RE2: {error}"
    return None


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else "it cannot be compiled"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)

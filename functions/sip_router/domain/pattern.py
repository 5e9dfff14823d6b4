"""Patterns: regular expressions that must match the whole address, in time linear in its length.

RE2 (https://github.com/google/re2/wiki/Syntax) does not backtrack, so no pattern that an administrator writes
and no address that a caller dials can make a call wait.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import re2

# A pattern that needs more than this once compiled is refused when it is saved.
MAX_BYTES: Final = 64 * 1024
MAX_BYTES_TOGETHER: Final = 16 * 1024 * 1024

MAX_PATTERNS: Final = 1000
MAX_INSTRUCTIONS: Final = 50_000
"""All compiled patterns of a route table together. At worst RE2 visits each for each byte of an address."""

MAX_ADDRESS_BYTES: Final = 255
"""A longer address matches no pattern: no route could name it either."""


class Allowance:
    """The number and the size that a route table's patterns may have together, used up in their order."""

    def __init__(self) -> None:
        self._patterns = 0
        self._instructions = 0

    def refusal(self, instructions: int) -> str | None:
        """Count a pattern and return None; or return why it would exceed the allowance.

        Parameters
        ----------
        instructions : int
            The size of the compiled pattern.
        """
        if self._patterns == MAX_PATTERNS:
            return f"is one pattern too many: a route table may have {MAX_PATTERNS}"
        if self._instructions + instructions > MAX_INSTRUCTIONS:
            return (
                "is too complex beside the patterns before it: callers wait while an address is compared, so "
                f"all patterns together may have {MAX_INSTRUCTIONS:,} instructions of RE2; this one has "
                f"{instructions:,}"
            )
        self._patterns += 1
        self._instructions += instructions
        return None


class Patterns:
    """Patterns in the order in which they are tried.

    All of them together are one expression that is asked first: an address that no pattern matches, as most
    calls to the default route have it, costs one match however many patterns there are.

    Parameters
    ----------
    texts : Sequence[str]
        Regular expressions. One that RE2 or the allowance refuses matches nothing.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        allowance = Allowance()
        self._each = [_compile_or_none(text, allowance) for text in texts]
        valid = [text for text, one in zip(texts, self._each, strict=True) if one is not None]
        try:
            together = "|".join(_group(text) for text in valid)
            self._any = _compile(together, MAX_BYTES_TOGETHER) if len(valid) > 1 else None
        except ValueError:
            # Two may name a group alike, or all may be too large together.
            self._any = None

    def matches(self, addresses: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the index of each pattern that matches one of the addresses as a whole, and that address."""
        texts = {address: address.encode("utf-8", "replace") for address in addresses}
        texts = {address: text for address, text in texts.items() if len(text) <= MAX_ADDRESS_BYTES}
        if self._any is not None:
            texts = {name: text for name, text in texts.items() if self._any.fullmatch(text) is not None}
        if not texts:
            return
        for index, one in enumerate(self._each):
            for address, text in texts.items():
                if one is not None and one.fullmatch(text) is not None:
                    yield index, address
                    break


def _group(text: str) -> str:
    r"""Return a pattern as a part of a larger one, in which a ``\Q`` must not quote the next pattern."""
    group = f"(?:{text})"
    try:
        _compile(group, MAX_BYTES_TOGETHER)
    except ValueError:
        return rf"(?:{text}\E)"
    return group


def _compile_or_none(text: str, allowance: Allowance) -> Any | None:
    try:
        pattern = _compile(text, MAX_BYTES)
    except ValueError:
        return None
    return None if allowance.refusal(pattern.programsize) else pattern


def check_pattern(text: str) -> None:
    """Raise ValueError for a text that is not a pattern."""
    try:
        _compile(text, MAX_BYTES)
    except ValueError as error:
        raise ValueError(f"must be a regular expression of RE2: {error}") from None


def count_instructions(text: str) -> int:
    """Return the size of a pattern, once compiled; a text that is not a pattern raises ValueError."""
    instructions: int = _compile(text, MAX_BYTES).programsize
    return instructions


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

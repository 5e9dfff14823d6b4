"""Merge two edits of one text, line by line; where both changed the same lines, both stand between marks.

``check-config`` takes the marks for errors, in questions and in prompts, so they cannot be saved by mistake.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MINE: Final = "<<<<<<< yours"
BETWEEN: Final = "======="
THEIRS: Final = ">>>>>>> the saved version"


@dataclass(frozen=True)
class Merged:
    """The text of a merge, and in how many places both sides changed the same lines."""

    text: str
    conflicts: int


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Return what two edits of `base` make together."""
    lines: list[str] = []
    conflicts = 0
    for common, ours, other in _parts(base.split("\n"), mine.split("\n"), theirs.split("\n")):
        if ours in (other, common):
            lines += other
        elif other == common:
            lines += ours
        else:
            conflicts += 1
            lines += [MINE, *ours, BETWEEN, *other, THEIRS]
    return Merged("\n".join(lines), conflicts)


Part = tuple[list[str], list[str], list[str]]
"""Lines of the base, of mine and of theirs that stand for each other."""


def _parts(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[Part]:
    """Yield the parts of three texts: those that are the same in all, and those between them."""
    at_base = at_mine = at_theirs = 0
    for start, size, in_mine, in_theirs in _unchanged(base, mine, theirs):
        between = base[at_base:start], mine[at_mine:in_mine], theirs[at_theirs:in_theirs]
        if any(between):
            yield between
        same = base[start : start + size]
        yield same, same, same
        at_base, at_mine, at_theirs = start + size, in_mine + size, in_theirs + size
    if any(rest := (base[at_base:], mine[at_mine:], theirs[at_theirs:])):
        yield rest


def _unchanged(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that both edits left alone: place in the base, length, places in the edits."""
    ours, others = _blocks(base, mine), _blocks(base, theirs)
    one = other = 0
    while one < len(ours) and other < len(others):
        (a, in_mine, a_size), (b, in_theirs, b_size) = ours[one], others[other]
        start, end = max(a, b), min(a + a_size, b + b_size)
        if start < end:
            yield start, end - start, in_mine + start - a, in_theirs + start - b
        if a + a_size < b + b_size:
            one += 1
        else:
            other += 1


def _blocks(base: Sequence[str], edited: Sequence[str]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, base, edited, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]

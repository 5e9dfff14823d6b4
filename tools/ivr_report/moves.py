"""Moves between widgets, laid out without cycles: whoever goes back begins a new round.

Widgets have one order for all calls, in which a move leads onwards. A caller who moves against it (or stays)
begins a new round, in which each widget is a place of its own: ``menu (2)``. So every path reads from left to
right, and all paths together form no cycle, which a Sankey diagram needs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

FURTHER: Final = "further rounds"
_ROUNDS: Final = 2


class Place(NamedTuple):
    """A widget in one round; round 0 has the endings and what all further rounds are combined in."""

    name: str
    round: int = 1

    @property
    def label(self) -> str:
        """Its name, and the number of its round from the second on."""
        return self.name if self.round < 2 else f"{self.name} ({self.round})"


Move = tuple[Place, Place]
Ways = Mapping[tuple[tuple[str, ...], str], int]
"""How often callers went through the same widgets to the same ending."""


class Layout:
    """The order of the widgets of many calls, and the moves of a call in it.

    Parameters
    ----------
    ways
        The calls that are laid out together.
    """

    def __init__(self, ways: Ways) -> None:
        self._rank = {name: rank for rank, name in enumerate(_order(ways))}

    def moves(self, names: Sequence[str], ending: str) -> list[Move]:
        """Return the moves of one of the calls, down to its ending."""
        return list(pairwise([*self._places(names), Place(ending, 0)]))

    def _places(self, names: Iterable[str]) -> Iterator[Place]:
        number, last = 1, -1
        for name in names:
            rank = self._rank[name]
            if rank <= last:
                number += 1
            last = rank
            if number > _ROUNDS:
                yield Place(FURTHER, 0)
                return
            yield Place(name, number)


def _order(ways: Ways) -> list[str]:
    """Return all widgets in an order in which moves lead onwards, but for those that close a loop.

    It is the reverse postorder of a depth-first search that takes frequent moves first: a topological order
    where there are no loops; and in a loop, only the move back to where it was entered leads backwards.
    """
    following: dict[str, Counter[str]] = defaultdict(Counter)
    first: Counter[str] = Counter()
    for (names, _), count in ways.items():
        for name in names[:1]:
            first[name] += count
        for one, two in pairwise(names):
            following[one][two] += count
    finished: list[str] = []
    seen: set[str] = set()
    for start in _ranked(first):
        waiting = [] if start in seen else [(start, iter(_ranked(following[start])))]
        seen.add(start)
        while waiting:
            name, further = waiting[-1]
            following_name = next((one for one in further if one not in seen), None)
            if following_name is None:
                finished.append(name)
                waiting.pop()
            else:
                seen.add(following_name)
                waiting.append((following_name, iter(_ranked(following[following_name]))))
    return finished[::-1]


def _ranked(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda name: (-counted[name], name))

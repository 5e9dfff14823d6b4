"""Outbound messages that are half done: the section `messages` of `switchboard open`."""

import time
from dataclasses import dataclass, field
from typing import Final

from console.context import Console
from tools.open_work.items import Section
from tools.open_work.sections import SECTIONS

ANSWER: Final = "messages half done"

MOST: Final = 200
"""The most that are read, the longest due first."""


@dataclass(frozen=True)
class HalfDone:
    """The section, and by how many ms the stack's clock is ahead of this machine's."""

    section: Section
    clock_ahead: int = field(default=0, compare=False)


def load_half_done(console: Console) -> HalfDone:
    """Return requests without an answer, replies without a task, and events that are not published."""
    now = console.stack.now()
    return HalfDone(SECTIONS["messages"](console.stack, now, MOST), now - int(time.time() * 1000))

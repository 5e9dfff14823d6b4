"""Open work for the console: the sections of `switchboard open`."""

from collections.abc import Sequence
from typing import Final

from console.context import Console
from tools.open_work.items import Section
from tools.open_work.sections import SECTIONS, read_section

MOST: Final = 20
"""The oldest items of a section that are shown."""

NAMES: Final = {
    "callbacks": "Callbacks and voicemails",
    "surveys": "Surveys under way",
    "campaigns": "Campaigns under way",
    "messages": "Messages half done",
    "channels": "Conversations due for clean-up",
    "queues": "Messages in queues",
}


def load_sections(console: Console) -> Sequence[Section]:
    """Return all sections; what cannot be told is a section's problem."""
    now = console.stack.now()
    return [read_section(name, console.stack, now, MOST) for name in SECTIONS]

"""The section of outbound messages that are half done, and what is done about each."""

from functools import partial
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.callbacks.words import person
from console.data.conversations.half_done import ANSWER, MOST, HalfDone, load_half_done
from console.pages.ages import Ages, since
from console.parts import Words, badge, hint, text
from console.section import Section
from tools.open_work.items import OpenItem

_MEANINGS: Final = {
    "begun": "Nothing was sent yet. It is finished, or ended, within some minutes.",
    "half done": "Twilio did not confirm a step. It is looked up before anything is sent again.",
    "is being undone": "It failed, and what it created is being removed.",
    "a reply waits for a task": "The customer has written; a task is created as soon as TaskRouter takes it.",
    "its event is not published": "The clean-up does not know the conversation until the bus takes it.",
}


def half_done_section(console: Console) -> None:
    """Draw the section."""
    Section(
        console,
        "Messages half done",
        ANSWER,
        lambda: load_half_done(console),
        partial(_draw, console),
        seconds=10,
        every=15,
    )


def _draw(console: Console, found: HalfDone) -> None:
    section = found.section
    if not section.count:
        hint("Every request for a message was finished, and every reply has its task.", "check_circle")
        return
    ui.label("Every minute what is due is tried again.").classes("quiet")
    if section.count > len(section.items):
        hint(f"The {MOST:,} that have been due for the longest are listed, of {section.count:,}.")
    ages = Ages(console, found.clock_ahead)
    with ui.element("ul").classes("list"):
        for item in section.items:
            _draw_item(console, item, ages)


def _draw_item(console: Console, item: OpenItem, ages: Ages) -> None:
    with ui.element("li"):
        with ui.element("div").classes("line"):
            Words("h3", person(console, item.who)).classes("data")
            badge(item.state, "warn")
            if item.attempts:
                badge(f"tried {item.attempts} times")
        text(_MEANINGS.get(item.state, ""))
        if item.since:
            ages.show(lambda now: f"since {since(item.since, now)}", "quiet")
        text(item.id, "quiet mono")

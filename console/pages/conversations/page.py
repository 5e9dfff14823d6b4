"""Conversations: which are open, when each is due, why it was not closed, and what is half done."""

from nicegui import ui

from console.context import Console
from console.frame import Page
from console.pages.conversations.attended import AttendedSection
from console.pages.conversations.half_done import half_done_section
from console.pages.conversations.waiting import WaitingSection


def _show(console: Console) -> None:
    WaitingSection(console)
    with ui.element("div").classes("columns"):
        AttendedSection(console)
        half_done_section(console)


PAGE = Page(
    "/conversations",
    "Conversations",
    "forum",
    "Which conversations are open, when each is due, and why it was not closed.",
    _show,
)

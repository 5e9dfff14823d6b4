"""What is around every page: the stack's name, the pages' names, and two switches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from nicegui import Client, ui

from console.context import Console
from console.parts import Words, badge, icon_button, text

_THEMES: Final = {
    None: ("brightness_auto", "Colours as the browser says; choose light", False),
    False: ("light_mode", "Light colours; choose dark", True),
    True: ("dark_mode", "Dark colours; choose as the browser says", None),
}


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes
    ----------
    path : str
    title : str
    icon : str
        A Material icon.
    lead : str
        What it is for, in one sentence.
    show : Callable[[Console], Any]
        Draws it; what takes longer than a moment is left to sections.
    local_only : bool
        Whether it needs the platform on this machine.
    serve : Callable[[Console], Any] or None
        Adds routes for what the browser fetches itself, such as a recording.
    """

    path: str
    title: str
    icon: str
    lead: str
    show: Callable[[Console], Any]
    local_only: bool = False
    serve: Callable[[Console], Any] | None = None


@contextmanager
def frame(console: Console, pages: Sequence[Page], page: Page) -> Iterator[None]:
    """Draw the frame; what is drawn inside is the page's content."""
    theme = ui.dark_mode(console.dark)
    ui.skip_link(target=ui.context.client.page_container)
    with ui.header():
        with ui.element("div").classes("bar"):
            with ui.element("div").classes("brand"):
                ui.icon("hub").props('aria-hidden="true"')
                ui.label("Switchboard")
            badge("local" if console.platform else console.stack.stage or "deployed", "accent")
            text(f"{console.stack.name} {console.place}", "where")
            with ui.element("div").classes("end"):
                _numbers_switch(console)
                _theme_button(console, theme)
        with ui.element("nav").classes("tabs").props('aria-label="Pages"'):
            for one in pages:
                with ui.link(target=one.path) as link:
                    ui.icon(one.icon).props('aria-hidden="true"')
                    ui.label(one.title)
                if one is page:
                    link.props('aria-current="page"')
    with ui.element("div"):
        Words("h1", page.title)
        Words("p", page.lead).classes("lead")
    yield


def _numbers_switch(console: Console) -> None:
    """Draw the button that shows or masks phone numbers and texts, on all pages that are open."""
    is_shown, here = console.show_numbers, ui.context.client

    def switch() -> None:
        console.show_numbers = not is_shown  # as the button says, whatever another page has switched
        ui.navigate.reload()
        for other in [one for one in Client.instances.values() if one is not here]:
            other.run_javascript("location.reload()")

    words = "Mask numbers and texts" if is_shown else "Show numbers and texts"
    icon = "visibility" if is_shown else "visibility_off"
    icon_button(words, icon, switch)


def _theme_button(console: Console, theme: ui.dark_mode) -> None:
    def switch() -> None:
        _, _, console.dark = _THEMES[console.dark]
        theme.value = console.dark
        shown.icon, words, _ = _THEMES[console.dark]
        shown.props["aria-label"] = words

    icon, words, _ = _THEMES[console.dark]
    shown = icon_button(words, icon, switch)

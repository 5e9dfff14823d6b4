"""Dialogs of pages, a question before something is lost, and a notice of how something went."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import Client, ui

from console.parts import Words, button, discard, icon_button


@contextmanager
def dialog(client: Client, title: str) -> Iterator[ui.dialog]:
    """Draw a dialog with a heading; what is drawn inside is its content.

    Parameters
    ----------
    client
        The page that it belongs to, so that the section with its button may be drawn anew meanwhile.
    title
    """
    with client, ui.dialog() as made, ui.card().classes("dialog"):
        heading = Words("h2", title).classes("data clamp")
        yield made
    made.props["aria-labelledby"] = heading.html_id


@contextmanager
def window(client: Client, title: str) -> Iterator[ui.dialog]:
    """Open a dialog to read; what is drawn inside is its content. It is gone once it is closed."""
    with client, ui.dialog() as made, ui.card().classes("dialog"):
        with ui.element("div").classes("title"):
            heading = Words("h2", title).classes("data clamp")
            icon_button("Close", "close", made.close)
        yield made
    made.props["aria-labelledby"] = heading.html_id
    made.on("hide", lambda: discard(made))
    made.open()


async def ask(client: Client, question: str, about: str, yes: str, icon: str, *, no: str = "Cancel") -> bool:
    """Ask before something is lost, and return whether the operator agrees.

    Parameters
    ----------
    client
        The page.
    question, about
        The heading, and what is lost, in lines.
    yes, icon, no
        The words of the buttons, and the icon of the first.
    """
    with dialog(client, question) as made:
        for line in about.splitlines():
            ui.label(line)
        with ui.element("div").classes("line"):
            button(yes, icon, lambda: made.submit(True), kind="danger")
            button(no, "close", lambda: made.submit(False))
    agreed = bool(await made)
    discard(made)
    return agreed


def tell(client: Client, message: str, *, is_good: bool, stays: bool = True) -> None:
    """Tell how something went; what went wrong stays until it is closed, unless the page says it, too."""
    with client:
        if is_good or not stays:
            ui.notify(message, type="positive" if is_good else "negative")
        else:
            ui.notify(message, type="negative", timeout=0, close_button="Close", multi_line=True)

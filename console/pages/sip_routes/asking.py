"""Dialogs of the page: what they have in common, and the plain question."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import Client, ui

from console.parts import Words, button, discard


@contextmanager
def dialog(client: Client, title: str) -> Iterator[ui.dialog]:
    """Draw a dialog's content inside; it belongs to the page, so that sections may be drawn anew below it."""
    with client, ui.dialog() as made, ui.card().classes("dialog"):
        heading = Words("h2", title).classes("data clamp")
        yield made
    made.props["aria-labelledby"] = heading.html_id


async def ask(client: Client, question: str, about: str, yes: str, icon: str) -> bool:
    """Return whether the operator agrees to something that deletes."""
    with dialog(client, question) as made:
        ui.label(about)
        with ui.element("div").classes("line"):
            button(yes, icon, lambda: made.submit(True), kind="danger")
            button("Cancel", "close", lambda: made.submit(False))
    agreed = bool(await made)
    discard(made)
    return agreed


def tell(client: Client, message: str, *, is_good: bool) -> None:
    """Say how something went; what went wrong stays until it is closed."""
    with client:
        if is_good:
            ui.notify(message, type="positive")
        else:
            ui.notify(message, type="negative", timeout=0, close_button="Close", multi_line=True)

"""Routes that both the operator and another administrator have changed, with the choice between the two."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.sip_routes.changes import sides
from console.data.sip_routes.draft import RouteDraft
from console.data.sip_routes.merging import Clash
from console.parts import Words, button, text

_SHOWN: Final = 20


def draw_clashes(console: Console, draft: RouteDraft, changed: Callable[[], Any]) -> None:
    """Draw a choice for each clash; draw nothing where there is none."""
    if not draft.clashes:
        return

    def settle(clash: Clash, *, take_theirs: bool) -> None:
        draft.settle(clash, take_theirs=take_theirs)
        changed()

    with ui.element("div").classes("notice clashes").props('role="alert"'):
        ui.icon("call_merge").props('aria-hidden="true"')
        with ui.element("div").classes("body"):
            number = len(draft.clashes)
            routes = "a route" if number == 1 else f"{number:,} routes"
            ui.label(f"Another administrator has changed {routes} that you have changed, too. Choose:")
            for clash in draft.clashes[:_SHOWN]:
                name = console.masked(clash.name)
                Words("h3", name).classes("data")
                mine, theirs = sides(clash.mine, clash.theirs)
                for side, words, value in ((False, "Keep yours", mine), (True, "Take theirs", theirs)):
                    with ui.element("div").classes("line"):
                        button(words, "check", partial(settle, clash, take_theirs=side), f"for {name}")
                        text(console.masked(value), "lines")
            if number > _SHOWN:
                ui.label(f"… and {number - _SHOWN:,} more")

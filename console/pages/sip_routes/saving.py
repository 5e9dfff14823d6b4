"""The dialog before a draft is saved: what changes, and what is wrong with it, a row for each route."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.sip_draft import FaultRow, RouteDraft
from console.data.sip_versions import publish_version
from console.parts import Words, button, code, hint, problem, table
from console.refusal import REFUSALS, explain

_SHOWN: Final = 200


async def ask_to_save(console: Console, draft: RouteDraft) -> bool:
    """Show the difference, and save or publish as the operator decides; return whether anything was saved."""
    client = ui.context.client
    faults = await console.answers.do(draft.faults)
    lines = () if faults else await console.answers.do(draft.difference)
    with ui.dialog() as dialog, ui.card().classes("dialog"):
        heading = Words("h2", f"Save as version {draft.base.number + 1}")
        note = ui.input("Note for the history").props("outlined dense maxlength=500")
        if faults:
            _draw_faults(faults)
        if lines:
            code("\n".join(lines), "What changes")
        elif not faults:
            hint("No route changes.")
        with ui.element("div").classes("line"):
            if not faults:
                button("Save", "save", lambda: dialog.submit("save"), kind="main")
                button("Save and publish", "publish", lambda: dialog.submit("publish"))
            button("Go on editing", "edit", lambda: dialog.submit(None))
    dialog.props["aria-labelledby"] = heading.html_id
    chosen, words = await dialog, str(note.value or "")
    dialog.delete()
    if chosen is None:
        return False
    try:
        saved = await console.answers.do(lambda: draft.save(words))
        if chosen == "publish":
            await console.answers.do(lambda: publish_version(saved.sid))
    except REFUSALS as error:
        with client:
            ui.notify(explain(error), type="negative", timeout=0, close_button="Close")
        return True
    with client:
        ui.notify(
            f"Version {saved.number} is saved" + (" and live." if chosen == "publish" else "."),
            type="positive",
        )
    return True


def _draw_faults(faults: Sequence[FaultRow]) -> None:
    problem(f"{len(faults):,} faults keep this map from being saved.")
    rows = [(fault.place, fault.address, fault.field, fault.message) for fault in faults[:_SHOWN]]
    table("What is wrong", ("Route", "Address", "Field", "What is wrong"), rows)
    if len(faults) > _SHOWN:
        hint(f"The first {_SHOWN} are shown.")

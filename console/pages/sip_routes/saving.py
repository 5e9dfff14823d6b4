"""The dialogs before a draft is saved or a version is published: what changes, and what is wrong."""

from collections.abc import Sequence
from typing import Final

from nicegui import Client, ui

from console.context import Console
from console.data.sip_routes.changes import Changes, changes_between
from console.data.sip_routes.draft import Base, RouteDraft, save_map
from console.data.sip_routes.faults import FaultRow, faults_of
from console.data.sip_routes.versions import changes_from, publish_version
from console.dialogs import dialog, tell
from console.pages.sip_routes.changes_view import draw_changes
from console.parts import Words, button, discard, hint, problem, table
from console.refusal import REFUSALS, explain

_SHOWN: Final = 200
_NOTE: Final = "sip note"


async def ask_to_save(console: Console, client: Client, draft: RouteDraft) -> bool:
    """Show the difference, and save or publish as the operator decides; return whether they did."""
    data, base = draft.data, draft.base
    try:
        faults = await console.answers.do(lambda: faults_of(data, base.data))
        changes = await console.answers.do(lambda: changes_between(base.data, data))
        waiting = None if base.is_live else await console.answers.do(lambda: changes_from("live", base.sid))
    except REFUSALS as error:
        tell(client, explain(error), is_good=False)
        return False
    with dialog(client, f"Save as version {base.number + 1}") as made:
        note = ui.input("Note for the history", value=console.kept.get(_NOTE, ""))
        note.props("outlined dense maxlength=500")
        if faults:
            _draw_faults(console, faults)
        else:
            draw_changes(console, changes)
            _draw_waiting(console, waiting, base)
        with ui.element("div").classes("line"):
            if not faults:
                button("Save", "save", lambda: made.submit("save"), kind="main")
                button("Save and publish", "publish", lambda: made.submit("publish"))
            button("Keep editing", "edit", lambda: made.submit(None))
    chosen = await made
    words = console.kept[_NOTE] = str(note.value or "")
    discard(made)
    if chosen is None:
        return False
    try:
        saved = await console.answers.do(lambda: save_map(data, base, words))
    except REFUSALS as error:
        tell(client, explain(error), is_good=False)
        return True
    console.kept.pop(_NOTE, None)  # another page may have saved, too
    draft.rebase(saved)
    if chosen != "publish":
        tell(client, f"Version {saved.number} is saved. Calls do not follow it yet.", is_good=True)
        return True
    failed = f"Version {saved.number} is saved, but not live: "
    await _publish(console, client, saved.sid, saved.number, failed)
    return True


async def ask_to_publish(console: Console, client: Client, sid: str, number: int) -> bool:
    """Show what changes for callers, and publish a version if the operator agrees; return whether they do."""
    try:
        changes = await console.answers.do(lambda: changes_from("live", sid))
    except REFUSALS as error:
        tell(client, explain(error), is_good=False)
        return False
    with dialog(client, f"Publish version {number}?") as made:
        ui.label("Calls follow it within seconds. What changes for them:")
        draw_changes(console, changes)
        with ui.element("div").classes("line"):
            button("Publish it", "publish", lambda: made.submit(True), kind="main")
            button("Cancel", "close", lambda: made.submit(False))
    agreed = await made
    discard(made)
    if agreed:
        await _publish(console, client, sid, number, "")
    return bool(agreed)


async def _publish(console: Console, client: Client, sid: str, number: int, failed: str) -> None:
    try:
        await console.answers.do(lambda: publish_version(sid))
    except REFUSALS as error:
        tell(client, f"{failed}{explain(error)}", is_good=False)
    else:
        tell(client, f"Version {number} is live: calls follow it within seconds.", is_good=True)


def _draw_waiting(console: Console, waiting: Changes | None, base: Base) -> None:
    if waiting is not None and waiting.total:
        Words("h3", f"Saved before and not live yet: version {base.number}")
        ui.label("Publishing lets calls follow these changes as well.")
        draw_changes(console, waiting)


def _draw_faults(console: Console, faults: Sequence[FaultRow]) -> None:
    number = "1 fault keeps" if len(faults) == 1 else f"{len(faults):,} faults keep"
    problem(f"{number} this map from being saved.")
    rows = [
        (one.place, console.masked(one.address), one.field, console.masked(one.message))
        for one in faults[:_SHOWN]
    ]
    table("What is wrong", ("Route", "Address", "Field", "What is wrong"), rows)
    if len(faults) > _SHOWN:
        hint(f"The first {_SHOWN} are shown.")

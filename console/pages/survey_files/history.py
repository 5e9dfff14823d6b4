"""The versions of a file: when each was saved, what it changed, and the way back."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from console.context import Console
from console.data.survey_files.drafts import SurveyDraft
from console.data.survey_files.versions import (
    MOST,
    VersionRow,
    changes,
    load_versions,
    plan_restoration,
    restore,
)
from console.dialogs import dialog, tell
from console.pages.survey_files.difference import draw_difference
from console.parts import Words, badge, button, discard, hint, problem
from console.refusal import REFUSALS, explain
from console.section import Section


class HistorySection:
    """The section with the versions of one file.

    Parameters
    ----------
    console
    draft
        The file's survey.
    key
        The file.
    changed
        Is called when a version was restored.
    """

    def __init__(
        self, console: Console, draft: SurveyDraft, key: str, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._console, self._draft, self._key, self._changed = console, draft, key, changed
        self._client = ui.context.client
        Section(
            console,
            f"Versions of {key}",
            f"survey file versions {key}",
            lambda: load_versions(console.stack, key),
            self._draw,
            seconds=0,
        )

    def _draw(self, versions: Sequence[VersionRow]) -> None:
        if not versions:
            hint("It has not been saved yet.", "history")
            return
        with ui.element("ul").classes("list"):
            for place, version in enumerate(versions):
                self._draw_version(versions, place, version)
        if len(versions) >= MOST:
            hint(f"The latest {MOST} are shown; the bucket keeps replaced versions for 90 days.")

    def _draw_version(self, versions: Sequence[VersionRow], place: int, version: VersionRow) -> None:
        before = versions[place + 1] if place + 1 < len(versions) else None
        name = f"{version.saved_at:%Y-%m-%d %H:%M:%S} UTC"
        with ui.element("li"), ui.element("div").classes("line"):
            Words("h3", name)
            if version.is_current:
                badge("current", "good")
            if version.is_deletion:
                badge("deleted", "bad")
                return
            ui.label(f"{version.size:,} bytes").classes("quiet")
            with ui.element("div").classes("end"):
                older = before.version_id if before and not before.is_deletion else ""
                button("What changed", "difference", partial(self._show, version, older, name), name)
                if not version.is_current:
                    button("Restore …", "history", partial(self._ask, version, name), name)

    async def _show(self, version: VersionRow, before: str, name: str) -> None:
        stack, key = self._console.stack, self._key
        try:
            lines = await self._console.answers.do(lambda: changes(stack, key, version.version_id, before))
        except REFUSALS as error:
            self._tell(explain(error), is_good=False)
            return
        with dialog(self._client, f"What {name} changed") as shown:
            draw_difference(lines, "What changed")
            button("Close", "close", shown.close)
        shown.on("hide", lambda: discard(shown))
        shown.open()

    async def _ask(self, version: VersionRow, name: str) -> None:
        stack, key = self._console.stack, self._key
        try:
            plan = await self._console.answers.do(
                lambda: plan_restoration(stack, self._draft, key, version.version_id)
            )
        except REFUSALS as error:
            self._tell(explain(error), is_good=False)
            return
        with dialog(self._client, f"Restore {key} as of {name}?") as asked:
            ui.label("It becomes the newest version, byte for byte; the present one stays in this list.")
            draw_difference(plan.lines, "What changes")
            if plan.errors:
                problem("It cannot be restored as it is:\n" + "\n".join(map(str, plan.errors)))
            with ui.element("div").classes("line"):
                if not plan.errors:
                    button("Restore", "history", lambda: asked.submit(True), kind="main")
                button("Leave it", "close", lambda: asked.submit(False))
        agreed = await asked
        discard(asked)
        if not agreed:
            return
        try:
            await self._console.answers.do(lambda: restore(stack, plan), f"survey file versions {key}")
        except REFUSALS as error:
            self._tell(explain(error), is_good=False)
        else:
            self._tell(f"{key} is again as of {name}.", is_good=True)
        await self._changed()

    def _tell(self, message: str, *, is_good: bool) -> None:
        tell(self._client, message, is_good=is_good)

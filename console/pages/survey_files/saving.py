"""The dialog before files are saved: what changes in each, and the errors for which nothing is saved."""

from collections.abc import Sequence

from nicegui import ui

from console.context import Console
from console.data.survey_files.drafts import SurveyDraft
from console.data.survey_files.saving import Check, check_before_saving, save
from console.dialogs import dialog, tell
from console.pages.survey_files.difference import draw_difference
from console.pages.survey_files.finding_list import count_words
from console.parts import Words, button, discard, problem, table
from console.refusal import REFUSALS, explain
from tools.problem import Problem

_SHOWN = 100


class SavingDialog:
    """The dialog.

    Parameters
    ----------
    console
    draft
        The survey, of which at least one file has changed.
    """

    def __init__(self, console: Console, draft: SurveyDraft) -> None:
        self._console, self._draft = console, draft
        self._keys = list(draft.changed)

    async def ask(self) -> bool:
        """Show the dialog, and save what the operator chooses; return whether anything was tried."""
        client = ui.context.client
        with dialog(ui.context.client, "Save") as asked:
            self._boxes(self._keys)
            for key in self._keys:
                if len(self._keys) > 1:
                    Words("h3", key).classes("data mono")
                draw_difference(self._draft.drafts[key].difference(), f"What changes in {key}")
            self._outcome = ui.element("div").classes("body")
            with ui.element("div").classes("line"):
                self._button = button("Save", "save", lambda: asked.submit(True), kind="main")
                button("Go on editing", "edit", lambda: asked.submit(False))
        self._button.disable()
        await self._check()
        agreed = bool(await asked)
        discard(asked)
        if not agreed or not self._keys:
            return False
        keys = tuple(self._keys)
        try:
            written = await self._console.answers.do(lambda: save(self._console.stack, self._draft, keys))
        except REFUSALS as error:
            tell(client, explain(error), is_good=False, stays=not self._draft.outdated)
            return True
        names = ", ".join(one.key for one in written)
        tell(client, f"{names}: saved. Calls and texts follow it {self._when()}.", is_good=True)
        return True

    def _when(self) -> str:
        if self._console.platform:
            return "at once"
        return f"within {self._console.stack.parameters.get('ConfigCacheSeconds', '60')} seconds"

    def _boxes(self, keys: Sequence[str]) -> None:
        if len(keys) == 1:
            Words("p", keys[0]).classes("data mono")
            return
        for key in list(keys):
            ui.checkbox(key, value=True, on_change=lambda event, key=key: self._choose(key, event.value))

    async def _choose(self, key: str, is_chosen: bool) -> None:
        chosen = {*self._keys, key} if is_chosen else {*self._keys} - {key}
        self._keys = [one for one in self._draft.changed if one in chosen]
        await self._check()

    async def _check(self) -> None:
        keys = tuple(self._keys)
        found = await self._console.answers.do(lambda: check_before_saving(self._draft, keys))
        if keys != tuple(self._keys) or self._outcome.is_deleted:
            return
        self._outcome.clear()
        with self._outcome:
            self._draw(found)
        self._button.set_enabled(bool(keys) and not found.errors)

    def _draw(self, found: Check) -> None:
        if found.errors:
            problem(
                f"{count_words(found.errors)}: the survey could not be asked, so nothing is saved. "
                "What you wrote stays here until you mend it."
            )
            table("What keeps it from being saved", ("File", "Line", "Key", "What is wrong"), _rows(found))
        else:
            ui.label(f"check-config: {count_words(found.warnings)}.").classes("quiet").props('role="status"')


def _rows(found: Check) -> Sequence[tuple[str, ...]]:
    def row(one: Problem) -> tuple[str, ...]:
        return one.file, str(one.line or ""), one.key, one.message

    return [row(one) for one in found.errors[:_SHOWN]]

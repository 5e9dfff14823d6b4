"""One survey on the page: its files, the editor, and what follows from each edit."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.survey_files.analysis import Analysis, analyse
from console.data.survey_files.drafts import FileDraft, SurveyDraft
from console.dialogs import ask
from console.pages.survey_files.conflict import draw_conflicts
from console.pages.survey_files.creation import ask_for_language
from console.pages.survey_files.editor import FileEditor
from console.pages.survey_files.file_tabs import FileTabs
from console.pages.survey_files.finding_list import count_words, draw_problems
from console.pages.survey_files.history import HistorySection
from console.pages.survey_files.preview_card import PreviewCard
from console.pages.survey_files.saving import SavingDialog
from console.pages.survey_files.ways_card import WaysCard
from console.parts import badge, button, hint, problem, text
from survey.domain.definition import config_file_name
from switchboard.text import replace_lone_surrogates

KEPT: Final = "survey files"
"""Under which unsaved drafts are kept, by their files' keys."""

_QUIET_SECONDS: Final = 0.35


class Workspace:
    """The files of a survey that are edited.

    Parameters
    ----------
    console
    draft
    key
        The file that is opened first; another one where there is none of that name.
    again
        Looks the files up again, after which another workspace takes this one's place.

    Attributes
    ----------
    key : str
        The file that is open.
    """

    def __init__(
        self, console: Console, draft: SurveyDraft, key: str, again: Callable[[], Awaitable[None]]
    ) -> None:
        self._console, self._draft, self._again = console, draft, again
        self._own: dict[str, FileDraft] = dict(draft.drafts)
        self._edits = 0
        self._is_checking = self._is_saving = False
        self._editor: FileEditor | None = None
        self._analysis: Analysis | None = None
        self.key = key if key in draft.drafts else next(iter(draft.keys), "")

    def draw_files(self) -> None:
        """Draw the files and the editor."""
        self._conflicts = ui.element("div").classes("body")
        self._tabs = FileTabs(self.open, self._add_language)
        self._state = ui.element("div").classes("line")
        self._edited = ui.element("div").classes("body")
        self._count = ui.label().classes("quiet").props('role="status"')
        self._problems = ui.element("div").classes("body").props('role="region" aria-label="Findings"')

    async def draw_beside(self, beside: ui.element, below: ui.element) -> None:
        """Draw the preview, the ways and the history, and open the first file."""
        with beside:
            self._preview = PreviewCard(self._console)
            self._history = ui.element("div").classes("body")
        with below:
            self._ways = WaysCard(self._go_to_question)
        with self._conflicts:
            draw_conflicts(self._draft, self._merge, self._discard)
        await self.open(self.key)

    async def open(self, key: str, line: int = 0) -> None:
        """Open a file, and go to a line of it."""
        if key not in self._draft.drafts:
            return
        if key != self.key or self._editor is None:
            self.key = key
            self._draw_editor()
            await self._check()
        if line and self._editor:
            self._editor.go_to(line)

    def _draw_editor(self) -> None:
        draft = self._draft.drafts[self.key]
        self._edited.clear()
        self._editor = None
        with self._edited:
            if draft.is_readable:
                self._editor = FileEditor(self.key, draft.text, self._change)
            else:
                problem(
                    f"{self.key} is not UTF-8, so it cannot be edited here. Download it, save it with that "
                    "encoding and upload it, or restore an older version."
                )
        self._draw_history()
        self._draw_head()

    def _draw_history(self) -> None:
        self._history.clear()
        with self._history:
            HistorySection(self._console, self._draft, self.key, self._again)

    def _draw_head(self) -> None:
        """Draw the files' names and the state of the one that is open."""
        self._tabs.show(self._draft, self.key, self._analysis)
        draft = self._draft.drafts[self.key]
        self._state.clear()
        with self._state:
            text(self.key, "mono")
            if draft.base is None:
                badge("not saved yet", "warn")
            elif draft.is_changed:
                badge("changes are not saved", "warn")
            else:
                text(f"saved {draft.base.saved_at:%Y-%m-%d %H:%M:%S} UTC", "quiet")
            with ui.element("div").classes("end"):
                if self._draft.changed:
                    button("Save …", "save", self._save, kind="main")
                if draft.is_changed:
                    button("Discard …", "undo", partial(self._discard, self.key))
                button("Download", "download", self._download, self.key)

    async def _change(self, words: str) -> None:
        """Take over an edit; what follows from it is worked out once the operator pauses."""
        was = self._draft.drafts[self.key].is_changed
        draft = self._draft.put(self.key, replace_lone_surrogates(words))
        self._keep(draft)
        if draft.is_changed != was:
            self._draw_head()
        self._edits += 1
        seen = self._edits
        await asyncio.sleep(_QUIET_SECONDS)
        if seen == self._edits:
            await self._check()

    async def _check(self) -> None:
        """Show what follows from what is edited; a check at a time, since a large survey may take seconds."""
        if self._is_checking:
            return
        self._is_checking = True
        try:
            while True:
                edits, key = self._edits, self.key
                contents, language = self._draft.contents(), self._language()
                work = partial(analyse, self._draft.survey_id, contents, language)
                found = await self._console.answers.do(work)
                if (edits, key) == (self._edits, self.key):
                    break
        finally:
            self._is_checking = False
        if not self._edited.is_deleted:
            self._show(found)

    def _show(self, found: Analysis) -> None:
        before, self._analysis = self._analysis, found
        self._problems.clear()
        with self._problems:
            draw_problems(found.problems, self.key, self.open)
        own = [one for one in found.problems if one.file == self.key]
        self._count.text = f"{self.key}: {count_words(own)}"
        if self._editor:
            self._editor.mark((one.line, one.severity, f"{one.key}: {one.message}") for one in own)
        if before is None or before.problems != found.problems:
            self._draw_head()
        self._preview.show(found)
        self._ways.show(found)

    def _language(self) -> str:
        """Return the language of the file that is open; of the questions, the stack's own if there is one."""
        found = {key: language for language, key in self._draft.languages()}
        if self.key in found:
            return found[self.key]
        usual = self._console.stack.parameters.get("DefaultLanguage", "en-US")
        return usual if usual in found.values() else next(iter(found.values()), usual)

    async def _go_to_question(self, key: str, line: int) -> None:
        self._preview.choose(key)
        await self.open(config_file_name(self._draft.survey_id), line)

    async def _save(self) -> None:
        if self._is_saving:  # the second click of two
            return
        self._is_saving = True
        try:
            was_tried = await SavingDialog(self._console, self._draft).ask()
        finally:
            self._is_saving = False
        if was_tried:
            for draft in self._draft.drafts.values():
                self._keep(draft)
            if self._draft.outdated or (self._editor and self._editor.text != self._text()):
                await self._again()
                return
            self._draw_head()
            self._draw_history()
            await self._check()

    def _text(self) -> str | None:
        draft = self._draft.drafts.get(self.key)
        return draft.text if draft else None

    async def _discard(self, key: str) -> None:
        about = "What you have typed since the file was opened is gone then."
        if await ask(ui.context.client, f"Discard your changes of {key}?", about, "Discard", "undo"):
            self._draft.discard(key)
            self._kept().pop(key, None)
            await self._again()

    async def _merge(self, key: str) -> None:
        merged, conflicts = self._draft.drafts[key].merged_with(self._draft.saved.get(key))
        self._draft.drafts[key] = merged
        self._keep(merged)
        if conflicts:
            places = "One place is" if conflicts == 1 else f"{conflicts} places are"
            words = f"{places} to be decided by hand: look for <<<<<<< and >>>>>>>"
            ui.notify(words, type="warning", timeout=0, close_button="Close")
        self.key = key
        await self._again()

    async def _add_language(self) -> None:
        made = await ask_for_language(self._draft, self.key)
        if made is not None:
            self._draft.drafts[made.key] = made
            self._keep(made)
            await self.open(made.key)

    def _download(self) -> None:
        content = self._draft.drafts[self.key].content
        ui.download.content(content, self.key.rpartition("/")[2], "application/octet-stream")

    def _keep(self, draft: FileDraft) -> None:
        """Keep a draft for when the page is opened again, as long as it is not saved."""
        kept = self._kept()
        if draft.is_changed:
            kept[draft.key] = self._own[draft.key] = draft
        elif kept.get(draft.key) is self._own.get(draft.key):  # else it is another open page's
            kept.pop(draft.key, None)

    def _kept(self) -> dict[str, Any]:
        found: dict[str, Any] = self._console.kept.setdefault(KEPT, {})
        return found


def draw_empty(survey_id: str) -> None:
    """Say what to do where a survey has no files."""
    hint(
        f"The bucket has no files of {survey_id} yet. Copy a sample by New survey, or upload config-files/ "
        "with `switchboard configure`.",
        "note_add",
    )

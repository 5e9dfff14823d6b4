"""Files of one survey as an operator edits them: on top of what the bucket has, and not saved yet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import cached_property

from console.data.survey_files.bucket import StoredFile
from console.data.survey_files.line_endings import edited_content, shown_text
from console.data.survey_files.merge import merge
from survey.domain.definition import config_file_name, prompt_file_name
from switchboard.inputs.files import FileError


@dataclass(frozen=True)
class FileDraft:
    """A file as it is edited.

    Attributes
    ----------
    key : str
    base : StoredFile or None
        What it was made from; None for a new file.
    text : str
        What the editor shows.
    """

    key: str
    base: StoredFile | None
    text: str

    @cached_property
    def content(self) -> bytes:
        """The file as it would be saved."""
        before = self.base.content if self.base else b""
        return edited_content(before, self.text) if self.is_changed else before

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self.base is None or self.text != _text(self.base)

    @property
    def is_readable(self) -> bool:
        """Whether the file is UTF-8, so that it can be edited."""
        try:
            shown_text(self.base.content if self.base else b"", self.key)
        except FileError:
            return False
        return True

    def difference(self) -> Sequence[str]:
        """Return the lines that change, as a unified diff has them."""
        return difference(_text(self.base) if self.base else "", self.text)

    def merged_with(self, saved: StoredFile | None) -> "tuple[FileDraft, int]":
        """Return the draft on top of another saved version, and the number of places to decide by hand.

        A file that was deleted meanwhile becomes a new one.
        """
        if saved is None:
            return replace(self, base=None), 0
        found = merge(_text(self.base) if self.base else "", self.text, _text(saved))
        return FileDraft(self.key, saved, found.text), found.conflicts


class SurveyDraft:
    """The files of one survey, saved and edited.

    Parameters
    ----------
    survey_id
    saved
        What the bucket has.
    kept
        Drafts from before, by key, such as those of a page that was closed.

    Attributes
    ----------
    drafts : dict[str, FileDraft]
        Every file that is saved or new, by key.
    """

    def __init__(
        self, survey_id: str, saved: Mapping[str, StoredFile], kept: Mapping[str, FileDraft]
    ) -> None:
        self.survey_id = survey_id
        self.saved = dict(saved)
        self.drafts = {key: kept.get(key) or opened(file) for key, file in saved.items()}
        folder = config_file_name(survey_id).removesuffix("survey-config.json")
        for key, draft in kept.items():
            if key not in self.drafts and _belongs(key, folder) and draft.is_changed:
                self.drafts[key] = draft

    @property
    def keys(self) -> Sequence[str]:
        """The files' keys, the questions first."""
        config = config_file_name(self.survey_id)
        return sorted(self.drafts, key=lambda key: (key != config, key))

    @property
    def changed(self) -> Sequence[str]:
        """The keys of files that are not saved, in the order in which they are saved.

        Prompts come before questions: a survey in use has its texts before the question that needs them.
        """
        return [key for key in reversed(self.keys) if self.drafts[key].is_changed]

    @property
    def outdated(self) -> Sequence[str]:
        """The keys of changed files whose saved version is not the one that was edited."""
        return [key for key in self.changed if _etag(self.drafts[key].base) != _etag(self.saved.get(key))]

    def contents(self, edited: Collection[str] | None = None) -> Mapping[str, bytes]:
        """Return the files' contents: those named as they are edited (all for None), others as saved."""
        found = {key: file.content for key, file in self.saved.items()}
        for key, draft in self.drafts.items():
            if edited is None or key in edited:
                found[key] = draft.content
        return found

    def put(self, key: str, text: str) -> FileDraft:
        """Take over what the editor shows."""
        draft = self.drafts[key] = replace(self.drafts[key], text=text)
        return draft

    def store(self, file: StoredFile) -> None:
        """Take over that a file was saved; what was typed since then stays to be saved."""
        self.saved[file.key] = file
        self.drafts[file.key] = FileDraft(file.key, file, self.drafts[file.key].text)

    def refresh(self, saved: Mapping[str, StoredFile]) -> None:
        """Take over what the bucket has now; what is edited stays as it is."""
        self.saved = dict(saved)
        for key, draft in tuple(self.drafts.items()):
            if not draft.is_changed and key not in saved:
                del self.drafts[key]
        for key, file in saved.items():
            known = self.drafts.get(key)
            if known is None or (not known.is_changed and _etag(known.base) != file.etag):
                self.drafts[key] = opened(file)

    def discard(self, key: str) -> None:
        """Show a file again as it is saved; one that was never saved is gone."""
        if key in self.saved:
            self.drafts[key] = opened(self.saved[key])
        else:
            del self.drafts[key]

    def languages(self) -> Iterator[tuple[str, str]]:
        """Yield the language and the key of each prompt file."""
        prefix, suffix = prompt_file_name(self.survey_id, "*").split("*")
        for key in self.keys:
            if key.startswith(prefix):
                yield key.removeprefix(prefix).removesuffix(suffix), key


def opened(file: StoredFile) -> FileDraft:
    """Return a file as an editor first shows it."""
    return FileDraft(file.key, file, _text(file))


def difference(before: str, after: str) -> Sequence[str]:
    """Return what changes from one text to another, as a unified diff has it."""
    lines = unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=2)
    return list(lines)[2:]


def _belongs(key: str, folder: str) -> bool:
    return key.startswith(folder) and (bool(folder) or not key.startswith("surveys/"))


def _text(file: StoredFile) -> str:
    try:
        return shown_text(file.content, file.key)
    except FileError:
        return ""


def _etag(file: StoredFile | None) -> str:
    return file.etag if file else ""

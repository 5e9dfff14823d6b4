"""Save files of a survey: check, write what is still as it was edited, and say what was not written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from console.data.survey_files.bucket import StoredFile, load_files, write_file
from console.data.survey_files.drafts import SurveyDraft
from console.data.survey_files.findings import blocking, find_problems
from switchboard.errors import Conflict
from tools.problem import Problem
from tools.stack.stack import Stack


@dataclass(frozen=True)
class Check:
    """What is found before files are saved.

    Attributes
    ----------
    errors : Sequence[Problem]
        For which nothing is saved.
    warnings : Sequence[Problem]
        In the files that would be saved.
    """

    errors: Sequence[Problem]
    warnings: Sequence[Problem]


def check_before_saving(draft: SurveyDraft, keys: Collection[str]) -> Check:
    """Return what is found in a survey if some of its files are saved as they are edited."""
    before = find_problems(draft.survey_id, draft.contents(()))
    after = find_problems(draft.survey_id, draft.contents(keys))
    warnings = [one for one in after if one.severity == "warning" and one.file in keys]
    return Check(blocking(before, after, keys), warnings)


def save(stack: Stack, draft: SurveyDraft, keys: Collection[str]) -> Sequence[StoredFile]:
    """Save files as they are edited, prompts before questions, and return them.

    Raises
    ------
    Conflict
        One has an error, or was changed meanwhile; those before it are saved, and the message says which.
    """
    draft.refresh(load_files(stack, draft.survey_id))
    ordered = [key for key in draft.changed if key in keys]
    if outdated := [key for key in draft.outdated if key in keys]:
        raise Conflict(f"{', '.join(outdated)}: changed meanwhile by another operator; nothing was saved")
    if errors := check_before_saving(draft, ordered).errors:
        raise Conflict("\n".join(str(one) for one in errors))
    written: list[StoredFile] = []
    for key in ordered:
        try:
            written.append(write_file(stack, key, draft.drafts[key].content, draft.drafts[key].base))
        except Conflict as error:
            done = f" (saved before it: {', '.join(one.key for one in written)})" if written else ""
            raise Conflict(f"{error.message}{done}") from None
        draft.store(written[-1])
    return written

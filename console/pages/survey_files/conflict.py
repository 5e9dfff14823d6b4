"""What is shown where a file that is edited was saved by another operator meanwhile."""

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from console.data.survey_files.drafts import SurveyDraft, difference, opened
from console.pages.survey_files.difference import draw_difference
from console.parts import button, text


def draw_conflicts(draft: SurveyDraft, merge: Callable[[str], Any], discard: Callable[[str], Any]) -> None:
    """Draw each file that was changed meanwhile, with the ways out.

    Parameters
    ----------
    draft
    merge, discard
        Put another operator's change into the edited text; give the edited text up.
    """
    for key in draft.outdated:
        mine, saved = draft.drafts[key], draft.saved.get(key)
        with ui.element("div").classes("notice warned").props('role="alert"'):
            ui.icon("call_split").props('aria-hidden="true"')
            with ui.element("div").classes("body"):
                if saved is None:
                    text(f"{key} was deleted meanwhile. Your text is kept: save it anew, or discard it.")
                else:
                    when = f"{saved.saved_at:%Y-%m-%d %H:%M:%S} UTC"
                    text(
                        f"Another operator saved {key} at {when}, while you edited it. Your text is kept, "
                        "and does not replace theirs: put their change into it, look, and save again."
                    )
                    before = opened(mine.base).text if mine.base else ""
                    with ui.expansion("Their change", icon="difference"):
                        draw_difference(difference(before, opened(saved).text), f"Their change of {key}")
                with ui.element("div").classes("line"):
                    words = "Keep mine as a new file" if saved is None else "Put their change into mine"
                    button(words, "merge", partial(merge, key), kind="main")
                    button("Discard mine …", "undo", partial(discard, key))

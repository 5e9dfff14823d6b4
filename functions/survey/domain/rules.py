"""Rules of a survey as a whole: random order, quota, end, placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of a survey as a whole.

    Parameters
    ----------
    random_questions : tuple of str
        Keys of the questions whose order differs by respondent.
    quota : int or None
        Completed surveys after which no more begin.
    ends_at : int or None
        When the survey is closed, in ms since the epoch.
    placeholders : mapping of str to str
        What each placeholder in the prompts stands for where a respondent has no field of that name.
    """

    random_questions: tuple[str, ...] = ()
    quota: int | None = None
    ends_at: int | None = None
    placeholders: Mapping[str, str] = field(default_factory=dict)

    def is_closed(self, now: int, completions: int) -> bool:
        """Tell whether no survey begins any more, at `now` (ms) and after so many completed ones."""
        is_over = self.ends_at is not None and now >= self.ends_at
        return is_over or (self.quota is not None and completions >= self.quota)

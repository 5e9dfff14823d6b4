"""Counts of a survey's results: the summaries of its days, each kept until a result of that day changes."""

import time
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from console.context import Console
from console.data.surveys.choice import Choice
from survey.domain.definition import Question
from survey.domain.results.summary import ResultSummary, outcomes
from survey.domain.results.table import columns
from survey.domain.results.tally import QuestionTally
from survey.result_summary import summarize_day
from survey.storage.question_order import load_questions
from survey.storage.result_days import ResultDay, read_days
from tools.survey_results.index_results import survey_ids

SURVEYS: Final = "surveys"
"""The answer that names the surveys."""

_KEPT: Final = "survey days"
_MOST_KEPT: Final = 2000
_AT_ONCE: Final = 8
"""Days that are counted at the same time; the platform on this machine does one thing at a time."""

_LONGEST_LABEL: Final = 40


@dataclass(frozen=True)
class _Counted:
    """A day's summary, the day's changes when it was made, and until when it serves in any case."""

    summary: ResultSummary
    changes: int
    is_settled: bool
    until: float

    def knows(self, day: ResultDay) -> bool:
        """Tell whether the summary has every result of the day."""
        return self.is_settled and self.changes == day.changes


@dataclass(frozen=True)
class Overview:
    """What the results of a span say.

    Attributes
    ----------
    summary : ResultSummary
    questions : Mapping[str, Question]
        The survey's questions by key, in their order; none where its survey-config.json is missing or broken.
    is_known : bool
        Whether there is a survey-config.json.
    first, last : str
        The days, ``YYYY-MM-DD``.
    """

    summary: ResultSummary
    questions: Mapping[str, Question]
    is_known: bool
    first: str
    last: str

    @property
    def tallies(self) -> Mapping[str, QuestionTally]:
        """The counts of each question, the survey's in their order, then others that results have."""
        found = self.summary.questions
        return {name: found.get(name, QuestionTally()) for name in columns(tuple(self.questions), found)}

    @property
    def days(self) -> Sequence[tuple[str, Counter[str]]]:
        """The numbers of results by status, of each day with results in order."""
        return sorted(self.summary.days.items())


def answer_name(choice: Choice) -> str:
    """Return the name of the overview among `Answers`."""
    return f"survey overview {choice.query}"


def load_surveys(console: Console) -> Sequence[str]:
    """Return the surveys, the one at the bucket's root first."""
    return list(survey_ids(console.stack.client("s3"), console.stack.physical("ConfigBucket")))


def load_overview(console: Console, choice: Choice) -> Overview:
    """Return the counts of the choice."""
    console.stack.physical("SurveyResults")  # an older stack has none, and says so
    now = console.stack.now()
    questions = load_questions(choice.survey_id)
    order = tuple(question.key for question in questions or ())
    first, last = choice.days(now)
    days = list(read_days(choice.survey_id, first, last))
    total = ResultSummary()
    with ThreadPoolExecutor(1 if console.platform else _AT_ONCE) as pool:
        for summary in pool.map(lambda day: _summary_of(console, day, order, now), days):
            total.add(summary)
    keys = {question.key: question for question in questions or ()}
    return Overview(total, keys, questions is not None, first, last)


def counts_of(numbers: Mapping[str, int]) -> dict[str, int]:
    """Return how many started and what became of them, by the number of results of each status.

    ``dropped`` is who left amid the survey, ``expired`` who did not answer in time.
    """
    found = outcomes(numbers)
    expired = numbers.get("EXPIRED", 0)
    return {**found, "expired": expired, "dropped": found["dropped"] - expired}


def is_text(question: Question | None, tally: QuestionTally) -> bool:
    """Tell whether answers are words of the respondents' own, for a list, rather than values for bars."""
    if question is not None:
        return question.type in ("speech", "text", "recording") and not question.choices
    return tally.further > 0 or any(len(value) > _LONGEST_LABEL for value in tally.values)


def _summary_of(console: Console, day: ResultDay, order: tuple[str, ...], now: int) -> ResultSummary:
    """Return the summary of a day: counted once, or again where results of the day have changed.

    While they change, counting takes a tenth of the time at most.
    """
    kept: MutableMapping[Any, _Counted] = console.kept.setdefault(_KEPT, {})
    key = (day.survey_id, day.day, order)
    before, began = kept.get(key), time.monotonic()
    if before is not None and (before.knows(day) or began < before.until):
        return before.summary
    summary = summarize_day(day, order)
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    ended = time.monotonic()
    kept[key] = _Counted(summary, day.changes, day.is_settled(now), ended + 9 * (ended - began))
    return summary

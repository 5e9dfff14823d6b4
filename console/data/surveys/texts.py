"""What respondents wrote or said in their own words, of the latest results, and a search in it."""

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from console.context import Console
from console.data.surveys.choice import Choice
from survey.domain.results.entry import moment
from survey.domain.results.query import ResultQuery
from survey.domain.results.summary import LONGEST_NAME
from survey.domain.results.table import answer_value, question_entries
from survey.domain.session import DAY_MS
from survey.result_list import read_all
from survey.storage.result_days import ResultDay, read_days
from switchboard.timestamps import parse_iso_ms

FIRST_RESULTS: Final = 1000
MOST_RESULTS: Final = 10_000
"""So many of the latest results, and the rest of their day, are read: first, and where more is asked for."""

_KEPT: Final = "survey texts"
_MOST_KEPT: Final = 50_000


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """One answer in a respondent's own words."""

    respondent: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Texts:
    """Answers by question, the latest results first.

    Attributes
    ----------
    by_question : Mapping[str, Sequence[TextAnswer]]
    results : int
        The results that were read.
    is_capped : bool
        Whether older days were not read.
    """

    by_question: Mapping[str, Sequence[TextAnswer]]
    results: int
    is_capped: bool


_DayTexts = tuple[int, Mapping[str, Sequence[TextAnswer]]]


def answer_name(choice: Choice, most: int) -> str:
    """Return the name of the texts among `Answers`."""
    return f"survey texts {most} {choice.query}"


def load_texts(
    console: Console, choice: Choice, order: tuple[str, ...], names: Collection[str], most: int
) -> Texts:
    """Return the texts of some questions, of whole days from the latest on.

    Parameters
    ----------
    order
        The survey's questions in their order: older results do not name them.
    names
        The questions whose answers are texts.
    most
        No further day is read after so many results.
    """
    found: dict[str, list[TextAnswer]] = {name: [] for name in names}
    results, now = 0, console.stack.now()
    for day in read_days(choice.survey_id, *choice.days(now)):
        if results >= most:
            return Texts(found, results, is_capped=True)
        number, by_question = _texts_of(console, day, order, frozenset(names), now)
        results += number
        for name, answers in by_question.items():
            found[name].extend(answers)
    return Texts(found, results, is_capped=False)


def _texts_of(
    console: Console, day: ResultDay, order: tuple[str, ...], names: frozenset[str], now: int
) -> _DayTexts:
    """Return the number of a day's results that were read, and the texts in them."""
    kept: MutableMapping[Any, tuple[int, _DayTexts]] = console.kept.setdefault(_KEPT, {})
    key = (day.survey_id, day.day, order, names)
    if key in kept and kept[key][0] == day.changes:
        return kept[key][1]
    start = parse_iso_ms(day.day)
    query = ResultQuery(day.survey_id, start, start + DAY_MS - 1)
    found: dict[str, list[TextAnswer]] = {name: [] for name in names}
    results = 0
    for entry in islice(read_all(query), MOST_RESULTS):
        results += 1
        for whole_name, answer in question_entries(entry.document, order):
            name = whole_name[:LONGEST_NAME]
            if name in names and (value := answer_value(answer)) is not None:
                at = moment(answer.get("answeredAt"), entry.started_at)
                found[name].append(TextAnswer(entry.respondent, value_words(value), at))
    if day.is_settled(now):
        if sum(texts[0] for _, texts in list(kept.values())) > _MOST_KEPT:
            kept.clear()
        kept[key] = (day.changes, (results, found))
    return results, found


def value_words(value: object) -> str:
    """Return an answer in words; several choices one after the other."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def search(answers: Sequence[TextAnswer], words: str) -> Sequence[TextAnswer]:
    """Return the answers that have all of the words, in any order, in capitals or not."""
    wanted = words.casefold().split()
    if not wanted:
        return answers
    return [answer for answer in answers if all(word in answer.text.casefold() for word in wanted)]

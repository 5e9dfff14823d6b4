"""The summary of results: who started, completed and left where; what was answered, and in what time.

Summaries of days add up to that of a month, so what a day's results say is read once.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from survey.domain.results.entry import day_of, moment
from survey.domain.results.table import answer_value, columns, question_entries
from survey.domain.results.tally import Durations, QuestionTally, durations_from

NOT_REACHED: Final = frozenset({"NO_ANSWER", "BUSY", "FAILED", "CANCELED", "VOICEMAIL"})
"""Statuses of respondents whom nothing was asked: they dropped no question."""

_STAYED: Final = frozenset({"STARTED", "COMPLETED"})
LONGEST_NAME: Final = 100
"""Characters of a name by which results are counted; further ones are left out."""


@dataclass
class ResultSummary:
    """The counts of any number of results.

    Attributes
    ----------
    status : Counter[str]
        Number of results by status.
    languages, media, days : dict[str, Counter[str]]
        Number of results by language, by medium, and by day (UTC) of their start; of each by status.
    questions : dict[str, QuestionTally]
        By name.
    dropped_before : int
        Respondents who left before the first question.
    durations : Durations
        From the start of a completed survey to its end.
    """

    status: Counter[str] = field(default_factory=Counter)
    languages: dict[str, Counter[str]] = field(default_factory=dict)
    media: dict[str, Counter[str]] = field(default_factory=dict)
    days: dict[str, Counter[str]] = field(default_factory=dict)
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    dropped_before: int = 0
    durations: Durations = field(default_factory=Durations)

    def count(self, document: Mapping[str, Any], started_at: int, questions: Sequence[str]) -> None:
        """Count a result.

        Parameters
        ----------
        document : Mapping[str, Any]
            The result file's content; fields that are not as they should be are left out.
        started_at : int
            When the session started, in milliseconds since the epoch.
        questions : Sequence[str]
            The survey's questions in their order: results of older applications do not name them.
        """
        status = _name(document.get("surveyStatus"))
        self.status[status] += 1
        for numbers, name in (
            (self.languages, _name(document.get("languageSet"))),
            (self.media, _name(document.get("surveyMedium"))),
            (self.days, day_of(started_at)),
        ):
            numbers.setdefault(name, Counter())[status] += 1
        before = started_at
        answered = set()
        for name, entry in question_entries(document, questions):
            answered.add(name)
            before = self._count_answer(self._question(name), entry, before)
        if status == "COMPLETED":
            ended_at = moment(document.get("surveyCompleted"), 0)
            if ended_at > started_at:
                self.durations.add(ended_at - started_at)
        elif status not in _STAYED and (answered or status not in NOT_REACHED):
            self._count_dropped(document, questions, answered)

    def add(self, other: "ResultSummary") -> None:
        """Add the counts of another summary."""
        self.status.update(other.status)
        self.durations.steps.update(other.durations.steps)
        _add(self.languages, other.languages)
        _add(self.media, other.media)
        _add(self.days, other.days)
        for name, tally in other.questions.items():
            self._question(name).add(tally)
        self.dropped_before += other.dropped_before

    def to_document(self, questions: Sequence[str]) -> dict[str, Any]:
        """Return the summary as GET /surveys/{surveyId}/summary answers it.

        Parameters
        ----------
        questions : Sequence[str]
            The survey's questions in their order; others that results have come behind them.
        """
        return {
            **outcomes(self.status),
            "droppedBeforeFirstQuestion": self.dropped_before,
            "medianSeconds": self.durations.median,
            "status": _by_number(self.status),
            "language": _by_number(_totals(self.languages)),
            "medium": _by_number(_totals(self.media)),
            "days": [{"day": day, **outcomes(self.days[day])} for day in sorted(self.days)],
            "questions": [
                _question_document(name, self.questions.get(name, QuestionTally()))
                for name in columns(questions, self.questions)
            ],
        }

    def to_stored(self) -> str:
        """Return the summary as JSON text, for `from_stored`."""
        return json.dumps(
            {
                "status": self.status,
                "language": _totals(self.languages),  # as earlier versions of this code read it
                "medium": _totals(self.media),
                "languages": self.languages,
                "media": self.media,
                "days": self.days,
                "questions": {name: tally.shortened().to_stored() for name, tally in self.questions.items()},
                "droppedBefore": self.dropped_before,
                "durations": self.durations.steps,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_stored(cls, stored: str) -> "ResultSummary | None":
        """Return the summary that `to_stored` returned; None for an older one, which says less."""
        found = json.loads(stored)
        if "languages" not in found:
            return None
        return cls(
            status=Counter(found["status"]),
            languages=_counters(found["languages"]),
            media=_counters(found["media"]),
            days=_counters(found["days"]),
            questions={name: QuestionTally.from_stored(one) for name, one in found["questions"].items()},
            dropped_before=found["droppedBefore"],
            durations=durations_from(found["durations"]),
        )

    def _question(self, name: str) -> QuestionTally:
        return self.questions.setdefault(name[:LONGEST_NAME], QuestionTally())

    def _count_answer(self, tally: QuestionTally, entry: Mapping[str, Any], before: int) -> int:
        """Count an entry, and return when it was answered."""
        value = answer_value(entry)
        at = moment(entry.get("answeredAt"), 0)
        if value is None:
            tally.skipped += 1
        else:
            tally.answered += 1
            tally.add_value(value)
            if at >= before:
                tally.durations.add(at - before)
        return at or before

    def _count_dropped(
        self, document: Mapping[str, Any], questions: Sequence[str], answered: set[str]
    ) -> None:
        """Count where a respondent left: at the open question, which older files do not name."""
        if "openQuestion" in document:
            name = document["openQuestion"]
        else:
            name = next((question for question in questions if question not in answered), None)
        if isinstance(name, str) and name:
            self._question(name).dropped += 1
        else:
            self.dropped_before += 1


def _name(value: object) -> str:
    return value[:LONGEST_NAME] if isinstance(value, str) and value else "unknown"


def outcomes(numbers: Mapping[str, int]) -> dict[str, int]:
    """Return how many started, and what became of them, by the number of results of each status."""
    started = sum(numbers.values())
    completed, opted_out, under_way = (numbers.get(name, 0) for name in ("COMPLETED", "OPTED_OUT", "STARTED"))
    not_reached = sum(number for name, number in numbers.items() if name in NOT_REACHED)
    return {
        "started": started,
        "completed": completed,
        "optedOut": opted_out,
        "notReached": not_reached,
        "underWay": under_way,
        "dropped": started - completed - opted_out - not_reached - under_way,
    }


def _add(numbers: dict[str, Counter[str]], more: Mapping[str, Counter[str]]) -> None:
    for name, counted in more.items():
        numbers.setdefault(name, Counter()).update(counted)


def _totals(numbers: Mapping[str, Counter[str]]) -> Counter[str]:
    return Counter({name: counted.total() for name, counted in numbers.items()})


def _counters(stored: Mapping[str, Mapping[str, int]]) -> dict[str, Counter[str]]:
    return {name: Counter(counted) for name, counted in stored.items()}


def _question_document(name: str, tally: QuestionTally) -> dict[str, Any]:
    return {
        "questionName": name,
        "answered": tally.answered,
        "skipped": tally.skipped,
        "dropped": tally.dropped,
        "medianSeconds": tally.durations.median,
        "answers": list(_answers(tally)),
        "furtherAnswers": tally.further,
    }


def _answers(tally: QuestionTally) -> Iterator[dict[str, Any]]:
    for text, number in tally.shortened().most_frequent():
        yield {"value": json.loads(text), "count": number}


def _by_number(numbers: Counter[str]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))

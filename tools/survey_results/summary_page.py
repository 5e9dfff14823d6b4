"""A summary of results for a terminal: tables with bars."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tools.stack.table import age

_FULL: Final = "█"
_PARTS: Final = " ▏▎▍▌▋▊▉"
_BAR: Final = 24
_MOST_DAYS: Final = 31
_MOST_ANSWERS: Final = 20
_LONGEST: Final = 40


def summary_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a summary, as GET /surveys/{surveyId}/summary answers it."""
    started = summary["started"]
    yield f"{summary['surveyId']}: {started:,} started{_period(summary)}"
    yield ""
    outcomes = [
        ("completed", summary["completed"]),
        ("opted out", summary["optedOut"]),
        ("dropped", summary["dropped"]),
        ("not reached", summary["notReached"]),
        ("under way", summary["underWay"]),
    ]
    yield from _bars("outcome", outcomes, started)
    if summary["medianSeconds"] is not None:
        yield f"  Half of those who completed it took up to {age(summary['medianSeconds'])}."
        yield ""
    for name in ("status", "language", "medium"):
        yield from _bars(name, list(summary[name].items()), started)
    yield from _days(summary["days"])
    if summary["droppedBeforeFirstQuestion"]:
        yield f"{summary['droppedBeforeFirstQuestion']:,} left before the first question."
        yield ""
    for question in summary["questions"]:
        yield from _question(question)


def _question(question: Mapping[str, Any]) -> Iterator[str]:
    facts = [f"{question['answered']:,} answered"]
    if question["skipped"]:
        facts.append(f"{question['skipped']:,} skipped")
    if question["dropped"]:
        facts.append(f"{question['dropped']:,} left here")
    if question["medianSeconds"] is not None:
        facts.append(f"half within {age(question['medianSeconds'])}")
    answers = question["answers"]
    further = question["furtherAnswers"] + sum(answer["count"] for answer in answers[_MOST_ANSWERS:])
    rows = [(_shown(answer["value"]), answer["count"]) for answer in answers[:_MOST_ANSWERS]]
    if all(isinstance(answer["value"], int | float) for answer in answers[:_MOST_ANSWERS]):
        rows = [(_shown(one["value"]), one["count"]) for one in _by_value(answers[:_MOST_ANSWERS])]
    if further:
        rows.append(("other answers", further))
    yield from _bars(f"{question['questionName']}: {', '.join(facts)}", rows, question["answered"])


def _by_value(answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(answers, key=lambda answer: answer["value"])


def _days(days: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    latest = days[-_MOST_DAYS:]
    most = max((day["started"] for day in latest), default=0)
    if not latest:
        return
    yield f"day (UTC){f', the last {_MOST_DAYS} with results' if len(days) > _MOST_DAYS else ''}"
    for day in latest:
        numbers = f"{day['started']:>7,} started {day['completed']:>7,} completed"
        yield f"  {day['day']}  {numbers}  {_bar(day['started'], most)}".rstrip()
    yield ""


def _bars(title: str, rows: Sequence[tuple[str, int]], whole: int) -> Iterator[str]:
    yield title
    width = max((len(label) for label, _ in rows), default=0)
    for label, number in rows:
        share = number / whole if whole else 0
        yield f"  {label:<{width}}  {number:>7,}  {share:>4.0%}  {_bar(number, whole)}".rstrip()
    yield ""


def _bar(number: int, whole: int) -> str:
    eighths = round(8 * _BAR * min(number / whole, 1)) if whole else 0
    if number and not eighths:
        eighths = 1
    return _FULL * (eighths // 8) + _PARTS[eighths % 8].strip()


def _shown(value: Any) -> str:
    """Return an answer on one line, as far as it fits."""
    text = " ".join(str(value).split())
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _period(summary: Mapping[str, Any]) -> str:
    since, until = (str(summary[name])[:16].replace("T", " ") for name in ("from", "to"))
    return "".join(
        (
            f", from {since} UTC" if summary["from"] else "",
            f", until {until} UTC" if summary["to"] else "",
        )
    )

"""The sections about questions: where respondents left, in what time they answered, and what."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from console.context import Console
from console.data.surveys.choice import Choice
from console.data.surveys.overview import Overview, answer_name, is_text, load_overview
from console.pages.surveys.bars import Bar, bars, percent
from console.pages.surveys.text_list import TextList
from console.parts import Words, badge, hint
from console.section import Section
from survey.domain.definition import Question
from survey.domain.results.tally import QuestionTally
from tools.stack.table import age

_MOST_BARS: Final = 20
_WIDEST_SCALE: Final = 20


def funnel_section(console: Console, choice: Choice) -> None:
    """Draw the section about drop-off and time."""
    Section(
        console,
        "Drop-off and time",
        answer_name(choice),
        lambda: load_overview(console, choice),
        _draw_funnel,
        seconds=8 if console.platform else 50,
        every=10 if console.platform else 60,
    )


def answers_section(console: Console, choice: Choice) -> None:
    """Draw the section about what was answered; a search stays, since it is looked up when asked for."""
    Section(
        console,
        "Answers",
        answer_name(choice),
        lambda: load_overview(console, choice),
        lambda found: _draw_answers(console, choice, found),
        seconds=8 if console.platform else 50,
    )


def _draw_funnel(found: Overview) -> None:
    started = found.summary.status.total()
    if not started:
        hint("Nobody has started: there is nothing to follow.", "filter_alt")
        return
    before = found.summary.dropped_before
    rows = [Bar("Started", started, ("100%", f"{before:,}" if before else "", "", ""))]
    for name, tally in found.tallies.items():
        dealt = tally.answered + tally.skipped
        left = f"{tally.dropped:,}" if tally.dropped else ""
        rows.append(Bar(name, dealt, (percent(dealt, started), left, *_times(tally))))
    completed = found.summary.status["COMPLETED"]
    durations = found.summary.durations
    total = tuple(_age(durations.quantile(share)) for share in (0.5, 0.9))
    rows.append(Bar("Completed", completed, (percent(completed, started), "", *total)))
    columns = ("Step", "Reached", "Of all", "Left here", "Half within", "90% within")
    bars("Drop-off and time by question", columns, rows, started, "funnel")
    ui.label(
        "A question is reached when it is answered, or skipped after three replies that do not answer it. "
        "Left here: hung up, opted out or expired while it was open. A question that only some are asked is "
        "reached by fewer without a loss. Times are from the answer before, within 8 percent."
    ).classes("quiet")


def _times(tally: QuestionTally) -> Iterator[str]:
    for share in (0.5, 0.9):
        yield _age(tally.durations.quantile(share))


def _age(seconds: float | None) -> str:
    return "" if seconds is None else age(seconds)


def _draw_answers(console: Console, choice: Choice, found: Overview) -> None:
    tallies = found.tallies
    if not any(tally.answered or tally.skipped for tally in tallies.values()):
        hint("No question is answered yet in this time.", "question_answer")
        return
    order = tuple(found.questions)
    texts = frozenset(name for name, tally in tallies.items() if is_text(found.questions.get(name), tally))
    for name, tally in tallies.items():
        with ui.element("div").classes("survey-question"):
            question = found.questions.get(name)
            with ui.element("div").classes("line"):
                Words("h3", name).classes("data")
                badge(question.type if question else "not in the question file")
            Words("p", _facts(tally)).classes("quiet survey-facts")
            if name in texts:
                TextList(console, choice, order, texts, name)
            else:
                _draw_bars(console, name, question, tally)


def _facts(tally: QuestionTally) -> str:
    facts = [f"{tally.answered:,} answered"]
    if tally.skipped:
        facts.append(f"{tally.skipped:,} skipped")
    if tally.dropped:
        facts.append(f"{tally.dropped:,} left here")
    if (median := tally.durations.median) is not None:
        facts.append(f"half within {age(median)}")
    return ", ".join(facts)


def _draw_bars(console: Console, name: str, question: Question | None, tally: QuestionTally) -> None:
    counted = [(json.loads(value), number) for value, number in tally.most_frequent()]
    rows = _in_order(question, counted)
    shown = rows[:_MOST_BARS]
    further = tally.further + sum(number for _, number in rows[_MOST_BARS:])
    drawn = [
        Bar(_words(console, question, value), number, (percent(number, tally.answered),))
        for value, number in shown
    ]
    if further:
        drawn.append(Bar("other answers", further, (percent(further, tally.answered),)))
    bars(f"Answers to {name}", ("Answer", "People", "Share"), drawn, tally.answered)
    if len(rows) > _MOST_BARS:
        ui.label(f"The {_MOST_BARS} most frequent answers are shown each.").classes("quiet")


def _in_order(question: Question | None, counted: Sequence[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Return values in the question's own order, those that nobody has chosen included; else by number."""
    known: Mapping[str, int] = {str(value): number for value, number in counted}
    if question is not None and question.choices:
        first = [(choice, known.get(choice, 0)) for choice in question.choices]
        return [*first, *(one for one in counted if one[0] not in question.choices)]
    low, high = (question.minimum, question.maximum) if question else (None, None)
    if low is not None and high is not None and high - low < _WIDEST_SCALE:
        scale = range(low, high + 1)
        points: list[tuple[Any, int]] = [(value, known.get(str(value), 0)) for value in scale]
        return [*points, *(one for one in counted if one[0] not in scale)]
    if all(isinstance(value, int | float) for value, _ in counted) and len(counted) <= _MOST_BARS:
        return sorted(counted, key=lambda one: float(one[0]))
    return list(counted)


def _words(console: Console, question: Question | None, value: object) -> str:
    """Return an answer as a label; what may be words of a respondent's own is masked where numbers are.

    A question that is asked for choices now may have been answered in any words before.
    """
    is_chosen = question is not None and (not question.choices or value in question.choices)
    if isinstance(value, str) and not is_chosen and not console.show_numbers:
        return "(masked)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(console.masked(" ".join(str(value).split()))) or "(blank)"

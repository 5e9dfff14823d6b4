"""One respondent's talk: what was asked and answered, in order, and how it ended.

A result has the answers and not the texts that were sent: the questions are worded as the survey's files say
now, in the language of the session.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from console.data.surveys.respondents import MEDIA, STATUSES, ended_at, time_words
from console.data.surveys.texts import value_words
from survey.domain.definition import Definition, Medium, SurveyRef, UnusableError
from survey.domain.placeholders import fill_in, placeholder_values
from survey.domain.question_types import ask
from survey.domain.results.entry import ResultEntry, moment
from survey.domain.results.table import answer_value, question_entries
from survey.storage import sessions
from survey.storage.definitions import load_definition

Speaker = Literal["app", "person", "note"]


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said.

    Attributes
    ----------
    who : str
        The app, the person; or a note about the talk.
    words : str
    about : str
        When and how, or empty.
    """

    who: Speaker
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A respondent's result, and the talk.

    Attributes
    ----------
    entry : ResultEntry
    turns : tuple[Turn, ...]
    problem : str
        Why questions are shown by their names only; empty if they are not.
    is_opted_out : bool
        Whether the respondent wants no messages now.
    """

    entry: ResultEntry
    turns: tuple[Turn, ...]
    problem: str = ""
    is_opted_out: bool = False


def load_talk(entry: ResultEntry) -> Talk:
    """Return the talk of a result, with what is known of the respondent now."""
    document = entry.document
    language = document.get("languageSet")
    definition, problem = None, ""
    if isinstance(language, str) and language:
        try:
            definition = load_definition(SurveyRef(entry.survey_id, language))
        except UnusableError as error:
            problem = f"Questions are shown by their names: {error}"
    state = sessions.load_respondent(entry.respondent)
    session = state.session(entry.survey_id)
    turns = list(turns_of(entry, definition))
    if session is not None and session.is_open and session.session_id == document.get("sessionId"):
        turns.append(Turn("note", f"Waits for a reply until {time_words(session.waits_until)} UTC."))
    return Talk(entry, tuple(turns), problem, state.opted_out)


def turns_of(entry: ResultEntry, definition: Definition | None) -> Iterator[Turn]:
    """Yield what was said; without a definition, questions are named.

    Parameters
    ----------
    entry
        A result, which another application may have written.
    definition
        The survey in the language of the session.
    """
    document = entry.document
    given = str(document.get("surveyMedium") or "")
    words = _Words(definition, entry, _medium(given))
    by = MEDIA.get(given, given) or "an unknown medium"
    yield Turn(
        "note", f"Started {time_words(entry.started_at)} UTC by {by}, in {document.get('languageSet')}."
    )
    if welcome := words.text("welcome"):
        yield Turn("app", welcome)
    order = tuple(question.key for question in definition.questions) if definition else ()
    for name, answer in question_entries(document, order):
        yield Turn("app", words.question(name), name)
        yield _answer(answer)
    waits = document.get("openQuestion")
    if isinstance(waits, str) and waits:
        yield Turn("app", words.question(waits), waits)
    status = entry.status
    if status == "COMPLETED" and (goodbye := words.text("finalGoodbye")):
        yield Turn("app", goodbye)
    if status != "STARTED":
        at = ended_at(document)
        when = f" {time_words(at)} UTC" if at else ""
        yield Turn("note", f"{STATUSES.get(status, status)}{when}.")


class _Words:
    """Texts of the survey as this respondent gets them."""

    def __init__(self, definition: Definition | None, entry: ResultEntry, medium: Medium) -> None:
        self._definition = definition.for_respondent(entry.respondent) if definition else None
        self._medium = medium
        fields = entry.document.get("fields")
        given = fields if isinstance(fields, Mapping) else {}
        known = definition.prompts.placeholders if definition else {}
        self._values = placeholder_values(known, {str(name): str(value) for name, value in given.items()})

    def text(self, key: str) -> str:
        """Return one of the prompts; empty without a definition."""
        if self._definition is None:
            return ""
        return fill_in(self._definition.prompts.text(key, self._medium), self._values)

    def question(self, name: str) -> str:
        """Return a question as it is asked; its name where the survey has it no more."""
        question = self._definition.question(name) if self._definition else None
        if question is None or self._definition is None:
            return name
        return fill_in(ask(question, self._definition.prompts, self._medium), self._values) or name


def _medium(given: str) -> Medium:
    return "voice" if given == "voice" else "whatsapp" if given == "whatsapp" else "sms"


def _answer(answer: Mapping[str, Any]) -> Turn:
    value = answer_value(answer)
    at = moment(answer.get("answeredAt"), 0)
    about = [time_words(at)] if at else []
    confidence = answer.get("answerConfidence")
    if confidence == "DTMF":
        about.append("by keypad")
    elif isinstance(confidence, float | int) and not isinstance(confidence, bool):
        about.append(f"recognised with {confidence:.0%} confidence")
    if sid := answer.get("recordingSid"):
        about.append(f"recording {sid}, {answer.get('recordingSeconds') or 0} s")
        if value is None:
            return Turn("person", "(a recording without a transcription)", ", ".join(about))
    if value is None:
        last = str(answer.get("lastReply") or "")
        about.append("skipped after three replies that do not answer it")
        return Turn("person", last or "(silence)", ", ".join(about))
    return Turn("person", value_words(value), ", ".join(about))

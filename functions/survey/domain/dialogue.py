"""What is said next: a session and a definition in, words out.

The same session always gives the same words, so a webhook that Twilio delivers twice is answered the same way
twice.
"""

from dataclasses import dataclass
from typing import Final

from survey.domain.answers import choice_words
from survey.domain.defaults import apology_for
from survey.domain.definition import Definition, Prompts, Question
from survey.domain.engine import offers_language
from survey.domain.prompt_file import LONGEST_TEXT
from survey.domain.session import Medium, Session

MOST_HINTS: Final = 500
"""Phrases that a Gather takes as hints (https://www.twilio.com/docs/voice/twiml/gather#hints)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two in one language; ``voice`` is empty for the account's default."""

    text: str
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Listening:
    """What a phone listens for: up to ``digits`` keys (0: none), speech in a language, with likely words."""

    digits: int
    speech: bool
    language: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """The next thing to say.

    Parameters
    ----------
    paragraphs : tuple of tuples of Line
        Blank lines part them in a text message; the phone speaks line after line.
    listening : Listening or None
        None when the conversation ends here.
    """

    paragraphs: tuple[tuple[Line, ...], ...]
    listening: Listening | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in order."""
        return tuple(line for paragraph in self.paragraphs for line in paragraph)

    @property
    def message(self) -> str:
        """The prompt as one text message of at most 1,600 characters, the end being what must not be cut."""
        blocks = [" ".join(line.text for line in paragraph) for paragraph in self.paragraphs]
        while len(blocks) > 1 and len("\n\n".join(blocks)) > LONGEST_TEXT:
            del blocks[0]
        text = "\n\n".join(blocks)
        return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def prompt(session: Session, definition: Definition, medium: Medium) -> Prompt:
    """Return what the respondent hears or reads now.

    `definition` is in the session's language; `medium` is the one being answered.
    """
    prompts = definition.prompts
    if session.state == "welcome_wait" and session.is_open:
        return _welcome(prompts, medium)
    if not session.is_open and session.status != "COMPLETED":
        # Ended by STOP, by the clock, by hanging up: not all the questions were asked.
        return Prompt(_said(prompts, (prompts.text("goodbye", medium),)))
    question = _open_question(session, definition)
    if question is None or not session.is_open:
        skipped = (prompts.text("questionSkipped", medium),) if session.note == "skipped" else ()
        opening = _opening(session, prompts, medium)
        return Prompt(_said(prompts, *opening, skipped, (prompts.text("finalGoodbye", medium),)))
    lead_in = _lead_in(session, definition)
    paragraphs = _said(
        prompts,
        *_opening(session, prompts, medium),
        (_remark(session, question, prompts, medium),),
        (prompts.text(lead_in, medium) if lead_in else "", prompts.text(question.name, medium)),
    )
    return Prompt(paragraphs, _listening(question, prompts))


def completed_already(prompts: Prompts, medium: Medium) -> Prompt:
    """Return what a respondent hears or reads who completed the survey before."""
    text = prompts.text("surveyCompletedAlready", medium) or prompts.text("finalGoodbye", medium)
    return Prompt(_said(prompts, (text,)))


def apology(prompts: Prompts, medium: Medium) -> Prompt:
    """Return what a respondent hears or reads when the survey cannot be asked."""
    return Prompt(_said(prompts, (prompts.text("apology", medium) or apology_for(prompts.language),)))


def _said(prompts: Prompts, *paragraphs: tuple[str, ...]) -> tuple[tuple[Line, ...], ...]:
    language, voice = prompts.spoken_language, prompts.text("voice")
    lines = (tuple(Line(text, language, voice) for text in paragraph if text) for paragraph in paragraphs)
    return tuple(paragraph for paragraph in lines if paragraph)


def _welcome(prompts: Prompts, medium: Medium) -> Prompt:
    if medium == "sms":
        # The conversation waits for a reply, though nothing listens as a phone does.
        return Prompt(
            _said(prompts, (prompts.text("welcome", medium),), (prompts.text("languageOptionSMS"),))
        )
    paragraphs = _said(prompts, (prompts.text("welcome"),))
    if not offers_language(prompts):
        # The operator took the offer away meanwhile, or the survey went on by text message and waits there.
        return Prompt(paragraphs, Listening(digits=1, speech=True, language=prompts.spoken_language))
    name = prompts.text("languageOptionLanguageName")
    offer = Line(
        f"{prompts.text('languageOption')} {name}".strip(),
        prompts.offered_language,
        prompts.text("languageOptionVoice"),
    )
    hints = (name,) if name else ()
    return Prompt(
        (*paragraphs, (offer,)), Listening(1, speech=True, language=prompts.offered_language, hints=hints)
    )


def _open_question(session: Session, definition: Definition) -> Question | None:
    question = definition.question(session.question)
    if question is None:
        # Removed by the operator meanwhile: ask what is still to be asked.
        remaining = definition.open_questions(frozenset(answer.question for answer in session.answers))
        question = remaining[0] if remaining else None
    return question


def _opening(session: Session, prompts: Prompts, medium: Medium) -> tuple[tuple[str, ...], ...]:
    if not session.opening:
        return ()
    begin = (prompts.text("beginSurvey", medium),)
    return (begin,) if session.opening == "begin" else ((prompts.text("welcome", medium),), begin)


def _lead_in(session: Session, definition: Definition) -> str:
    if session.attempts:
        return ""
    if not session.answers:
        return "firstQuestion"
    remaining = definition.open_questions(frozenset(answer.question for answer in session.answers))
    return "lastQuestion" if len(remaining) == 1 else "nextQuestion"


def _remark(session: Session, question: Question, prompts: Prompts, medium: Medium) -> str:
    if session.note == "silence":
        return prompts.text("nothingHeard", medium)
    if session.note == "skipped":
        return prompts.text("questionSkipped", medium)
    if session.note != "wrong":
        return ""
    if question.choices:
        spoken = choice_words(question, prompts)
        choices = ", ".join(spoken[choice][0] for choice in question.choices)
        return prompts.text("wrongAnswerChoices", medium).replace("{choices}", choices)
    if question.minimum is not None and question.maximum is not None:
        text = prompts.text("wrongAnswerRange", medium).replace("{min}", str(question.minimum))
        return text.replace("{max}", str(question.maximum))
    return prompts.text("wrongAnswerNumber" if question.type == "dtmf" else "wrongAnswerText", medium)


def _listening(question: Question, prompts: Prompts) -> Listening:
    language = prompts.spoken_language
    if question.choices:
        words = (word for spoken in choice_words(question, prompts).values() for word in spoken)
        # A choice is keyed in by its value where that is a number, else by its position.
        keys = [choice for choice in question.choices if choice.isdecimal()] or [str(len(question.choices))]
        longest = max(map(len, keys))
        return Listening(longest, speech=True, language=language, hints=tuple(words)[:MOST_HINTS])
    if question.maximum is not None:
        return Listening(len(str(question.maximum)), speech=True, language=language)
    return Listening(1 if question.type == "dtmf" else 0, speech=True, language=language)

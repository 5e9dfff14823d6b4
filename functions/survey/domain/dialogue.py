"""The words of a survey: what a respondent hears or reads next.

The same session always gives the same words, so a webhook that Twilio delivers twice gets the same reply.
"""

from dataclasses import dataclass
from typing import Final

from survey.domain.built_in_texts import ENGLISH, default_texts
from survey.domain.definition import Definition, Medium, Prompts, Question
from survey.domain.question_types import Listening, explain, hints, listen
from survey.domain.session import Answer, Session
from switchboard.text import truncate_utf16

MAX_MESSAGE_UNITS: Final = 1600
"""UTF-16 code units of one text message (https://www.twilio.com/docs/api/errors/21617)."""


def message_units(text: str) -> int:
    """Return the length of a text message as Twilio counts it, in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit_message(text: str) -> str:
    """Return a text truncated to the length of one text message."""
    if message_units(text) <= MAX_MESSAGE_UNITS:
        return text
    return truncate_utf16(text, MAX_MESSAGE_UNITS - 1) + "…"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two in one language; ``voice`` is empty for the account's default."""

    text: str
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The next thing to say.

    Parameters
    ----------
    paragraphs : tuple of tuples of Line
        Separated by blank lines in a text message; the phone says line after line.
    listening : Listening or None
        What a phone listens for then; None if the call ends here, and in a text message.
    """

    paragraphs: tuple[tuple[Line, ...], ...]
    listening: Listening | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in order."""
        return tuple(line for paragraph in self.paragraphs for line in paragraph)

    @property
    def message(self) -> str:
        """The prompt as one text message; if it is too long, the first paragraphs are left out."""
        blocks = [" ".join(line.text for line in paragraph) for paragraph in self.paragraphs]
        while len(blocks) > 1 and message_units("\n\n".join(blocks)) > MAX_MESSAGE_UNITS:
            del blocks[0]
        return fit_message("\n\n".join(blocks))


def prompt(session: Session, definition: Definition, medium: Medium) -> Prompt:
    """Return what the respondent hears or reads now.

    Parameters
    ----------
    definition : Definition
        In the session's language, or in the one that offers it.
    medium : {"voice", "sms"}
        The medium of the reply.
    """
    definition = definition.in_language(session.language)
    prompts = definition.prompts
    if session.state == "welcome_wait" and session.is_open:
        return _welcome(definition, medium)
    if not session.is_open and session.status != "COMPLETED":
        # Ended by STOP, by the clock, by hanging up: not all the questions were asked.
        return Prompt(_paragraphs(prompts, (prompts.text("goodbye", medium),)))
    preamble = _preamble(session, prompts, medium)
    # If the operator has removed the question meanwhile, the first one that was not asked comes next.
    question = definition.question(session.question) or definition.first_open_question(session.answered)
    if question is None or not session.is_open:
        skipped = prompts.text("questionSkipped", medium) if session.feedback == "skipped" else ""
        goodbye = prompts.text("finalGoodbye", medium)
        return Prompt(_paragraphs(prompts, *preamble, (skipped,), (goodbye,)))
    lead_in = _lead_in(session, definition)
    paragraphs = _paragraphs(
        prompts,
        *preamble,
        (_feedback(session, question, prompts, medium),),
        (prompts.text(lead_in, medium) if lead_in else "", prompts.text(question.name, medium)),
    )
    return Prompt(paragraphs, listen(question, prompts) if medium == "voice" else None)


def completed_already(prompts: Prompts, medium: Medium) -> Prompt:
    """Return what a respondent hears or reads who has completed the survey before."""
    text = prompts.text("surveyCompletedAlready", medium) or prompts.text("finalGoodbye", medium)
    return Prompt(_paragraphs(prompts, (text,)))


def apology(medium: Medium, prompts: Prompts | None = None, language: str = "en") -> Prompt:
    """Return what a respondent hears or reads when the survey cannot be asked.

    Parameters
    ----------
    prompts : Prompts, optional
        The survey's texts if they can be read; otherwise the built-in apology in `language` is said.
    """
    prompts = prompts or Prompts(language, {}, default_texts(language))
    return Prompt(_paragraphs(prompts, (prompts.text("apology", medium) or ENGLISH["apology"],)))


def summary(session: Session, prompts: Prompts) -> str:
    """Return a text message with the answers: the prompt ``summary``, with a line for each question."""
    lines = [_summary_line(number, answer, prompts) for number, answer in enumerate(session.answers, start=1)]
    return fit_message(prompts.text("summary", "sms").replace("{answers}", "\n" + "\n".join(lines)))


def _summary_line(number: int, answer: Answer, prompts: Prompts) -> str:
    label = prompts.text(f"{answer.question.partition('#')[0]}Label", "sms") or str(number)
    return f"{label}: {answer.text or prompts.text('summarySkipped', 'sms')}"


def _paragraphs(prompts: Prompts, *paragraphs: tuple[str, ...]) -> tuple[tuple[Line, ...], ...]:
    language, voice = prompts.spoken_language, prompts.text("voice")
    lines = (tuple(Line(text, language, voice) for text in paragraph if text) for paragraph in paragraphs)
    return tuple(paragraph for paragraph in lines if paragraph)


def _welcome(definition: Definition, medium: Medium) -> Prompt:
    prompts = definition.prompts
    if medium == "sms":
        welcome, offer = prompts.text("welcome", medium), prompts.text("languageOptionSMS")
        return Prompt(_paragraphs(prompts, (welcome,), (offer,)))
    paragraphs = _paragraphs(prompts, (prompts.text("welcome"),))
    if not prompts.offers_language:
        # The operator has removed the offer, or the survey continued by text message and waits there.
        return Prompt(paragraphs, Listening(1, prompts.speech_language))
    # The offer is made even if the other language's file cannot be used: a respondent who accepts it then
    # continues in the current language.
    other = definition.offered or Prompts(prompts.offered_language, {})
    name = prompts.text("languageOptionLanguageName")
    text = f"{prompts.text('languageOption')} {name}".strip()
    line = Line(text, other.spoken_language, prompts.text("languageOptionVoice"))
    listening = Listening(1, other.speech_language, hints([name]) if other.speech_language else ())
    return Prompt((*paragraphs, (line,)), listening)


def _preamble(session: Session, prompts: Prompts, medium: Medium) -> tuple[tuple[str, ...], ...]:
    if not session.preamble:
        return ()
    begin = (prompts.text("beginSurvey", medium),)
    return (begin,) if session.preamble == "begin" else ((prompts.text("welcome", medium),), begin)


def _lead_in(session: Session, definition: Definition) -> str:
    if session.attempts:
        return ""
    if not session.answers:
        return "firstQuestion"
    remaining = definition.open_questions(session.answered)
    return "lastQuestion" if len(remaining) == 1 else "nextQuestion"


def _feedback(session: Session, question: Question, prompts: Prompts, medium: Medium) -> str:
    match session.feedback:
        case "wrong":
            return explain(question, prompts, medium)
        case "silence":
            return prompts.text("nothingHeard", medium)
        case "skipped":
            return prompts.text("questionSkipped", medium)
        case _:
            return ""

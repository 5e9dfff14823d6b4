"""What is said next: a session and a definition in, words out.

The same session always gives the same words, so a webhook that Twilio delivers twice gets the same answer.
Prompt files need not have every text: in English and Spanish the built-in ones below serve; in other
languages an explanation is left out, or kept to figures that need no language, and the question is asked
again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from survey.domain.answers import choice_words
from survey.domain.definition import Definition, Prompts, Question
from survey.domain.engine import offers_language
from survey.domain.session import Medium, Session
from switchboard.text import truncate_utf16

MAX_MESSAGE_UNITS: Final = 1600
"""UTF-16 code units of one text message (https://www.twilio.com/docs/api/errors/21617)."""

MAX_HINTS: Final = 500
MAX_HINT_CHARACTERS: Final = 100
"""Hints that a Gather takes, and the length of each (https://www.twilio.com/docs/api/errors/13330)."""

_ENGLISH: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "Please answer with a number from {min} to {max}.",
    "wrongAnswerChoices": "Please answer with one of these: {choices}.",
    "wrongAnswerNumber": "Please answer with a number.",
    "wrongAnswerText": "Sorry, I did not get that. Please answer in a few words.",
    "nothingHeard": "Sorry, I did not hear anything.",
    "questionSkipped": "Let us leave that one and go on.",
    "surveyCompletedAlready": "You have already completed this survey. Thank you!",
    "finalGoodbye": "Thank you for your time. Goodbye!",
    "goodbye": "Thank you. Goodbye!",
    "apology": "We are sorry, our survey is not available right now. Please try again later.",
    "summary": "Thank you for completing our survey. Your answers: {answers}",
    "summarySkipped": "no answer",
    "numberWords": "to=2,too=2,for=4,fore=4,won=1,ate=8,oh=0,tree=3",
}
_SPANISH: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "Por favor, conteste con un número del {min} al {max}.",
    "wrongAnswerChoices": "Por favor, conteste con una de estas opciones: {choices}.",
    "wrongAnswerNumber": "Por favor, conteste con un número.",
    "wrongAnswerText": "Disculpe, no le entendí. Por favor, conteste en pocas palabras.",
    "nothingHeard": "Disculpe, no escuché su respuesta.",
    "questionSkipped": "Dejemos esa pregunta y sigamos adelante.",
    "surveyCompletedAlready": "Usted ya contestó esta encuesta. ¡Muchas gracias!",
    "finalGoodbye": "Gracias por su tiempo. ¡Hasta luego!",
    "goodbye": "Gracias. ¡Hasta luego!",
    "apology": "Lo sentimos, por el momento la encuesta no está disponible. Por favor, inténtelo más tarde.",
    "summary": "Gracias por contestar nuestra encuesta. Sus respuestas: {answers}",
    "summarySkipped": "sin respuesta",
    "numberWords": "sinco=5,ceis=6,dies=10",
}
_WITHOUT_LANGUAGE: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "{min} - {max}",
    "wrongAnswerChoices": "{choices}",
    "summary": "{answers}",
    "summarySkipped": "-",
}

OPTIONAL_KEYS: Final = frozenset(_ENGLISH)
"""Prompt keys that have a built-in text."""


def default_texts(language: str) -> Mapping[str, str]:
    """Return the built-in texts for a BCP 47 language code."""
    return {"en": _ENGLISH, "es": _SPANISH}.get(language.partition("-")[0].lower(), _WITHOUT_LANGUAGE)


def message_units(text: str) -> int:
    """Return the length of a text message as Twilio counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def fit_message(text: str) -> str:
    """Return a text cut to the length of one text message."""
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
class Listening:
    """What Gather listens for: up to ``digits`` keys (0: none), and speech in ``language`` (empty: none)."""

    digits: int
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
        """The prompt as one text message; of one that is too long, the first paragraphs are left out."""
        blocks = [" ".join(line.text for line in paragraph) for paragraph in self.paragraphs]
        while len(blocks) > 1 and message_units("\n\n".join(blocks)) > MAX_MESSAGE_UNITS:
            del blocks[0]
        return fit_message("\n\n".join(blocks))


def prompt(
    session: Session, definition: Definition, medium: Medium, offered: Prompts | None = None
) -> Prompt:
    """Return what the respondent hears or reads now.

    Parameters
    ----------
    definition : Definition
        In the session's language.
    medium : {"voice", "sms"}
        The one being answered.
    offered : Prompts, optional
        The other language's texts; their file names the language in which Gather listens at the welcome.
    """
    prompts = definition.prompts
    if session.state == "welcome_wait" and session.is_open:
        return _welcome(prompts, medium, offered)
    if not session.is_open and session.status != "COMPLETED":
        # Ended by STOP, by the clock, by hanging up: not all the questions were asked.
        return Prompt(_said(prompts, (prompts.text("goodbye", medium),)))
    question = _open_question(session, definition)
    if question is None or not session.is_open:
        skipped = (prompts.text("questionSkipped", medium),) if session.feedback == "skipped" else ()
        preamble = _preamble(session, prompts, medium)
        return Prompt(_said(prompts, *preamble, skipped, (prompts.text("finalGoodbye", medium),)))
    lead_in = _lead_in(session, definition)
    paragraphs = _said(
        prompts,
        *_preamble(session, prompts, medium),
        (_feedback(session, question, prompts, medium),),
        (prompts.text(lead_in, medium) if lead_in else "", prompts.text(question.name, medium)),
    )
    return Prompt(paragraphs, _listening(question, prompts))


def completed_already(prompts: Prompts, medium: Medium) -> Prompt:
    """Return what a respondent hears or reads who completed the survey before."""
    text = prompts.text("surveyCompletedAlready", medium) or prompts.text("finalGoodbye", medium)
    return Prompt(_said(prompts, (text,)))


def apology(medium: Medium, prompts: Prompts | None = None, language: str = "en") -> Prompt:
    """Return what a respondent hears or reads when the survey cannot be asked.

    Parameters
    ----------
    prompts : Prompts, optional
        The survey's texts where they can be read; otherwise the built-in apology in `language` serves.
    """
    prompts = prompts or Prompts(language, {}, default_texts(language))
    return Prompt(_said(prompts, (prompts.text("apology", medium) or _ENGLISH["apology"],)))


def _said(prompts: Prompts, *paragraphs: tuple[str, ...]) -> tuple[tuple[Line, ...], ...]:
    language, voice = prompts.spoken_language, prompts.text("voice")
    lines = (tuple(Line(text, language, voice) for text in paragraph if text) for paragraph in paragraphs)
    return tuple(paragraph for paragraph in lines if paragraph)


def _welcome(prompts: Prompts, medium: Medium, offered: Prompts | None) -> Prompt:
    if medium == "sms":
        # The conversation waits for a reply, though nothing listens as a phone does.
        return Prompt(
            _said(prompts, (prompts.text("welcome", medium),), (prompts.text("languageOptionSMS"),))
        )
    paragraphs = _said(prompts, (prompts.text("welcome"),))
    if not offers_language(prompts):
        # The operator took the offer away meanwhile, or the survey went on by text message and waits there.
        return Prompt(paragraphs, Listening(1, prompts.speech_language))
    other = offered or Prompts(prompts.offered_language, {})
    name = prompts.text("languageOptionLanguageName")
    offer = Line(
        f"{prompts.text('languageOption')} {name}".strip(),
        other.spoken_language,
        prompts.text("languageOptionVoice"),
    )
    listening = Listening(1, other.speech_language, _hints([name]) if other.speech_language else ())
    return Prompt((*paragraphs, (offer,)), listening)


def _open_question(session: Session, definition: Definition) -> Question | None:
    # Where the operator removed the question meanwhile, what is still to be asked comes next.
    return definition.question(session.question) or definition.first_open_question(session.answered)


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
    if session.feedback == "silence":
        return prompts.text("nothingHeard", medium)
    if session.feedback == "skipped":
        return prompts.text("questionSkipped", medium)
    if session.feedback != "wrong":
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
    language = prompts.speech_language
    if question.choices:
        words = (word for spoken in choice_words(question, prompts).values() for word in spoken)
        # A choice is keyed in by its value where that is a number, else by its position.
        keys = [choice for choice in question.choices if choice.isdecimal()] or [str(len(question.choices))]
        return Listening(max(map(len, keys)), language, _hints(words) if language else ())
    if question.maximum is not None:
        return Listening(len(str(question.maximum)), language)
    # Where no speech is recognised, a key is all that a caller can answer with.
    return Listening(1 if question.type == "dtmf" or not language else 0, language)


def _hints(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that Gather takes as hints; a comma would part one of them in two."""
    spoken = (" ".join(word.replace(",", " ").split()) for word in words)
    return tuple(word for word in dict.fromkeys(spoken) if 0 < len(word) <= MAX_HINT_CHARACTERS)[:MAX_HINTS]

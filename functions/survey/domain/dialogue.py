"""The words of a survey: what a respondent hears or reads next.

The same session always gives the same words, so a webhook that Twilio delivers twice gets the same reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from survey.domain.built_in_texts import ENGLISH, default_texts
from survey.domain.definition import Definition, Medium, Prompts, Question
from survey.domain.languages import language_offers
from survey.domain.path import Step, is_last, most_questions, next_step
from survey.domain.placeholders import fill_in, placeholder_values
from survey.domain.question_types import GatherOptions, RecordOptions, ask, explain, hints, listen, options
from survey.domain.session import Answer, Session
from switchboard.text import truncate_utf16

MAX_MESSAGE_UNITS: Final = 1600
"""UTF-16 code units of one text message (https://www.twilio.com/docs/api/errors/21617)."""

MAX_CONTENT_UNITS: Final = 1024
"""Length of a template's text (https://www.twilio.com/docs/content/twilio-quick-reply)."""

_NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


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
class Content:
    """A content template that replaces a text in WhatsApp: https://www.twilio.com/docs/content.

    Attributes
    ----------
    sid : str
        HX….
    variables : mapping of str to str
        What its variables ``1``, ``2`` … stand for.
    since : int or None
        When an earlier delivery of the same webhook was processed, in ms, which may have sent the template.
    """

    sid: str
    variables: Mapping[str, str]
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The next thing to say.

    Parameters
    ----------
    paragraphs : tuple of tuples of Line
        Separated by blank lines in a text message; the phone says line after line.
    listening : GatherOptions, RecordOptions or None
        What a phone listens for or records then; None if the call ends here, and in a text message.
    content : Content or None
        The template to send instead in WhatsApp, where there is one.
    """

    paragraphs: tuple[tuple[Line, ...], ...]
    listening: GatherOptions | RecordOptions | None = None
    content: Content | None = None

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
    medium : {"voice", "sms", "whatsapp"}
        The medium of the reply.
    """
    definition = definition.in_language(session.language).for_respondent(session.respondent)
    prompts = definition.prompts
    values: Mapping[str, str] = placeholder_values(prompts.placeholders, session.fields)
    if session.state == "welcome_wait" and session.is_open:
        return _welcome(definition, medium, values)
    if not session.is_open and session.status != "COMPLETED":
        # Ended by STOP, by the clock, by hanging up: not all the questions were asked.
        return Prompt(_paragraphs(prompts, (prompts.text("goodbye", medium),), values=values))
    preamble = _preamble(session, prompts, medium)
    question = definition.question(session.question)
    step = Step(question) if question else next_step(definition, session.answers)
    # If the operator has removed the question meanwhile, the next one that was not asked comes instead.
    question = step.question
    if question is None or not session.is_open:
        skipped = prompts.text("questionSkipped", medium) if session.feedback == "skipped" else ""
        goodbye = prompts.text(step.goodbye, medium) or prompts.text("finalGoodbye", medium)
        return Prompt(_paragraphs(prompts, *preamble, (skipped,), (goodbye,), values=values))
    lead_in = _lead_in(session, definition, question)
    begin = prompts.text(lead_in, medium) if lead_in else ""
    feedback = _feedback(session, question, prompts, medium)
    texts = (begin, prompts.text(question.name, medium))
    values = _with_progress(values, session, definition, question, texts)

    def written(text: str) -> tuple[tuple[Line, ...], ...]:
        return _paragraphs(prompts, *preamble, (feedback,), (begin, text), values=values)

    paragraphs = written(ask(question, prompts, medium))
    if medium == "voice":
        return Prompt(paragraphs, listen(question, prompts))
    content = None
    if medium == "whatsapp" and (sid := prompts.text(f"{question.name}Template")):
        body = Prompt(written(prompts.text(question.name, medium))).message
        content = _content(sid, body, [option.words for option in options(question, prompts)])
    return Prompt(paragraphs, content=content)


def completed_already(prompts: Prompts, medium: Medium, fields: Mapping[str, str] = _NO_FIELDS) -> Prompt:
    """Return what a respondent hears or reads who has completed the survey before."""
    return _single(prompts, medium, "surveyCompletedAlready", fields)


def closed(prompts: Prompts, medium: Medium, fields: Mapping[str, str] = _NO_FIELDS) -> Prompt:
    """Return what a respondent hears or reads who comes once no survey begins any more."""
    return _single(prompts, medium, "surveyClosed", fields)


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
    lines = [
        _summary_line(number, answer, session, prompts)
        for number, answer in enumerate(session.answers, start=1)
    ]
    values = placeholder_values(prompts.placeholders, session.fields)
    text = fill_in(prompts.text("summary", "sms"), values)
    return fit_message(text.replace("{answers}", "\n" + "\n".join(lines)))


def _summary_line(number: int, answer: Answer, session: Session, prompts: Prompts) -> str:
    label = prompts.text(f"{answer.question.partition('#')[0]}Label", "sms") or str(number)
    text = session.recordings[answer.recording].transcription or "…" if answer.recording else answer.text
    return f"{label}: {text or prompts.text('summarySkipped', 'sms')}"


def _single(prompts: Prompts, medium: Medium, key: str, fields: Mapping[str, str]) -> Prompt:
    text = prompts.text(key, medium) or prompts.text("finalGoodbye", medium)
    return Prompt(_paragraphs(prompts, (text,), values=placeholder_values(prompts.placeholders, fields)))


def _paragraphs(
    prompts: Prompts, *paragraphs: tuple[str, ...], values: Mapping[str, str] | None = None
) -> tuple[tuple[Line, ...], ...]:
    language, voice = prompts.spoken_language, prompts.text("voice")
    values = prompts.placeholders if values is None else values
    lines = (
        tuple(Line(fill_in(text, values), language, voice) for text in paragraph if text)
        for paragraph in paragraphs
    )
    return tuple(paragraph for paragraph in lines if paragraph)


def _welcome(definition: Definition, medium: Medium, values: Mapping[str, str]) -> Prompt:
    prompts = definition.prompts
    if definition.listed:
        return _welcome_in_many(definition, medium, values)
    if medium != "voice":
        welcome, offer = prompts.text("welcome", medium), prompts.text("languageOptionSMS")
        paragraphs = _paragraphs(prompts, (welcome,), (offer,), values=values)
        return Prompt(paragraphs, content=_welcome_content(prompts, medium, values))
    paragraphs = _paragraphs(prompts, (prompts.text("welcome"),), values=values)
    if not prompts.offers_language:
        # The operator has removed the offer, or the survey continued by text message and waits there.
        return Prompt(paragraphs, GatherOptions(1, prompts.speech_language))
    # The offer is made even if the other language's file cannot be used: a respondent who accepts it then
    # continues in the current language.
    other = definition.offered or Prompts(prompts.offered_language, {})
    name = prompts.text("languageOptionLanguageName")
    text = f"{prompts.text('languageOption')} {name}".strip()
    line = Line(fill_in(text, values), other.spoken_language, prompts.text("languageOptionVoice"))
    listening = GatherOptions(1, other.speech_language, hints([name]) if other.speech_language else ())
    return Prompt((*paragraphs, (line,)), listening)


def _welcome_in_many(definition: Definition, medium: Medium, values: Mapping[str, str]) -> Prompt:
    """Return the welcome with all languages, each offered in itself."""
    prompts, offers = definition.prompts, language_offers(definition)
    welcome = prompts.text("welcome", medium)
    if medium != "voice":
        listed = "\n".join(offer.text(medium) for offer in offers)
        paragraphs = _paragraphs(
            prompts, (welcome,), (prompts.text("languageOptionSMS"),), (listed,), values=values
        )
        return Prompt(paragraphs, content=_welcome_content(prompts, medium, values))
    lines = tuple(_paragraphs(offer.prompts, (offer.text(medium),), values=values)[0][0] for offer in offers)
    digits = len(str(len(prompts.listed_languages)))
    names = hints([offer.name for offer in offers]) if prompts.speech_language else ()
    return Prompt(
        (*_paragraphs(prompts, (welcome,), values=values), lines),
        GatherOptions(digits, prompts.speech_language, names),
    )


def _welcome_content(prompts: Prompts, medium: Medium, values: Mapping[str, str]) -> Content | None:
    """Return the template that WhatsApp wants for a first message; its variables are fields."""
    sid = prompts.text("welcomeTemplate") if medium == "whatsapp" else ""
    names = [name.strip() for name in prompts.text("welcomeTemplateFields").split(",") if name.strip()]
    return (
        Content(sid, {str(n): values.get(name, "") for n, name in enumerate(names, start=1)}) if sid else None
    )


def _content(sid: str, body: str, choices: list[str]) -> Content | None:
    """Return a template with the text as its first variable, and the choices as the further ones."""
    if message_units(body) > MAX_CONTENT_UNITS:
        return None
    return Content(sid, {str(number): text for number, text in enumerate((body, *choices), start=1)})


def _preamble(session: Session, prompts: Prompts, medium: Medium) -> tuple[tuple[str, ...], ...]:
    if not session.preamble:
        return ()
    begin = (prompts.text("beginSurvey", medium),)
    return (begin,) if session.preamble == "begin" else ((prompts.text("welcome", medium),), begin)


def _lead_in(session: Session, definition: Definition, question: Question) -> str:
    if session.attempts:
        return ""
    if not session.answers:
        return "firstQuestion"
    return "lastQuestion" if is_last(definition, session, question) else "nextQuestion"


def _with_progress(
    values: Mapping[str, str],
    session: Session,
    definition: Definition,
    question: Question,
    texts: tuple[str, ...],
) -> Mapping[str, str]:
    """Return the values of placeholders with the number of the question, and of how many at most."""
    if not any("{question" in text for text in texts):
        return values
    most = most_questions(definition, session, question)
    return {**values, "questionNumber": str(len(session.answers) + 1), "questionCount": str(most)}


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

"""What a respondent hears or reads, as the survey's own engine says it, from files that may not be saved.

Earlier questions count as skipped, on the shortest way to the question that is shown. So the lead-in and the
places of placeholders are those of a real survey, while no answer is invented.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from local.twilio.messaging.segments import segments
from survey.domain import prompt_file, question_file
from survey.domain.branching.conditions import END, Jump
from survey.domain.definition import (
    Definition,
    DefinitionError,
    Medium,
    MissingFileError,
    Prompts,
    config_file_name,
    prompt_file_name,
)
from survey.domain.dialogue import Line, Prompt, closed, completed_already, message_units, prompt
from survey.domain.engine import start_session
from survey.domain.languages import waits_at_welcome
from survey.domain.session import Answer, Feedback, Preamble, Session
from survey.handlers.sms_webhook import sms_reply
from survey.handlers.voice_webhook import voice_reply
from tools.survey_graph.graph import edges

Occasion = Literal["", "wrong", "silence"]
"""Why a question is asked: for the first time, or again after what could not be used, or after silence."""

WELCOME: Final = "welcome"
GOODBYE: Final = "goodbye"
COMPLETED: Final = "completed"
CLOSED: Final = "closed"

_RESPONDENT: Final = "+12025550100"
_DAY_MS: Final = 86_400_000
_QUESTION: Final = "question "
_FAREWELL: Final = "goodbye "


@dataclass(frozen=True)
class Preview:
    """What is said and sent at one moment of a survey.

    Attributes
    ----------
    lines : Sequence[Line]
        What a caller hears, with language and voice.
    twiml : str
        The answer to Twilio's webhook of a call.
    message : str
        What a text message says.
    message_twiml : str
        The answer to Twilio's webhook of a text message.
    units, parts : int
        UTF-16 code units of the message, of which 1,600 fit, and SMS segments.
    """

    lines: Sequence[Line]
    twiml: str
    message: str
    message_twiml: str
    units: int
    parts: int


def moments(definition: Definition) -> Mapping[str, str]:
    """Return the moments of a survey that can be shown: id, and what a person reads."""
    asked = {
        _QUESTION + question.key: f"{number}. {question.key} ({question.type})"
        for number, question in enumerate(definition.questions, start=1)
    }
    farewells = {
        _FAREWELL + jump.goodbye: f"Goodbye: {jump.goodbye}"
        for question in definition.questions
        for jump in question.jumps
        if jump.to == END and jump.goodbye
    }
    return {
        WELCOME: "Welcome",
        **asked,
        **farewells,
        GOODBYE: "Goodbye",
        COMPLETED: "Completed already",
        CLOSED: "Closed: too late, or enough surveys",
    }


def question_moment(key: str) -> str:
    """Return the id of the moment at which a question is asked."""
    return _QUESTION + key


def is_question(moment: str) -> bool:
    """Tell whether a question is asked at a moment, so that it can be asked again."""
    return moment.startswith(_QUESTION)


def read_definition(survey_id: str, contents: Mapping[str, bytes], language: str) -> Definition:
    """Return a survey as files define it, in one language and with the languages that it offers.

    Raises
    ------
    DefinitionError
        They do not define one.
    """
    config = config_file_name(survey_id)
    if config not in contents:
        raise MissingFileError(config)
    questions, rules = question_file.parse_survey(contents[config], config)

    def read(code: str) -> Prompts:
        name = prompt_file_name(survey_id, code)
        if name not in contents:
            raise MissingFileError(name)
        return prompt_file.parse(contents[name], name, code, questions, rules.placeholders)

    def readable(codes: Sequence[str]) -> Iterator[Prompts]:
        for code in codes:
            try:
                yield read(code)
            except DefinitionError:
                continue

    prompts = read(language)
    offered = None
    if not prompts.listed_languages and prompts.offered_language:
        offered = next(readable((prompts.offered_language,)), None)
    listed = tuple(readable(prompts.listed_languages))
    return Definition(survey_id, questions, prompts, offered, listed, rules)


def preview(definition: Definition, moment: str, occasion: Occasion, now: int) -> Preview:
    """Return what is said and sent at a moment of a survey; the welcome where there is no such moment.

    Parameters
    ----------
    definition, moment, occasion
    now
        Milliseconds since the epoch.
    """
    session, spoken = _said(definition, moment, occasion, "voice", now)
    _, sent = _said(definition, moment, occasion, "sms", now)
    return Preview(
        lines=spoken.lines,
        twiml=_indented(str(voice_reply(spoken, session).body)),
        message=sent.message,
        message_twiml=_indented(str(sms_reply(sent).body)),
        units=message_units(sent.message),
        parts=segments(sent.message) if sent.message else 0,
    )


def _said(
    definition: Definition, moment: str, occasion: Occasion, medium: Medium, now: int
) -> tuple[Session | None, Prompt]:
    if moment in (COMPLETED, CLOSED):
        say = completed_already if moment == COMPLETED else closed
        return None, say(definition.prompts, medium)
    session = start_session(
        definition,
        previous=None,
        respondent=_RESPONDENT,
        medium=medium,
        session_id="0" * 32,
        now=now,
        lifetime=_DAY_MS,
    )
    ordered = definition.for_respondent(_RESPONDENT)
    key = moment.removeprefix(_QUESTION)
    if is_question(moment) and definition.question(key) is not None:
        session = _asked(session, ordered, key, "" if medium == "sms" and occasion == "silence" else occasion)
    elif moment == GOODBYE or moment.startswith(_FAREWELL):
        definition = _ending(definition, moment.removeprefix(_FAREWELL) if moment != GOODBYE else "")
        skipped = tuple(_skipped(question.key, now) for question in definition.questions[:1])
        session = replace(
            session, state="post-survey", status="COMPLETED", question="", preamble="", answers=skipped
        )
    return session, prompt(session, definition, medium)


def _asked(session: Session, definition: Definition, key: str, feedback: Feedback) -> Session:
    before = _way_to(definition, key)
    first: Preamble = "begin" if waits_at_welcome(definition, session.medium) else "welcome"
    return replace(
        session,
        state="question_wait",
        question=key,
        answers=tuple(_skipped(one, session.started_at) for one in before),
        attempts=1 if feedback else 0,
        feedback=feedback,
        preamble="" if before or feedback else first,
    )


def _ending(definition: Definition, goodbye: str) -> Definition:
    """Return a survey that ends after its first question, with a goodbye of its own or the usual one."""
    last = tuple(
        replace(question, show_if=None, jumps=(Jump(END, None, goodbye),))
        for question in definition.questions[:1]
    )
    return replace(definition, questions=last)


def _way_to(definition: Definition, key: str) -> Sequence[str]:
    """Return the questions on the shortest way to one; those before it where none leads there."""
    keys = [question.key for question in definition.questions]
    before = keys[: keys.index(key)]
    if not definition.branches:
        return before
    onward: dict[str, list[str]] = {}
    for edge in edges(definition.questions):
        onward.setdefault(edge.source, []).append(edge.target)
    ways: dict[str, tuple[str, ...]] = {"": ()}
    waiting = [""]
    for place in waiting:
        for target in onward.get(place, ()):
            if target not in ways:
                ways[target] = (*ways[place], *((place,) if place else ()))
                waiting.append(target)
    return ways.get(key, before)


def _skipped(key: str, at: int) -> Answer:
    return Answer(key, "", None, at, skipped=True)


def _indented(document: str) -> str:
    """Return XML of the application's own with a line for each element."""
    root = ET.fromstring(document)  # noqa: S314  # made by the application itself
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")

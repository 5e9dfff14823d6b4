r"""Read a prompt file, ``voice-prompts/survey-<language>.env``: a ``KEY=value`` on each line.

The value is the rest of the line, ``#`` and ``$`` included, without the spaces around it. Quotation marks
that enclose the whole value are removed; within double ones ``\n`` is a line break. A line that begins with
``#`` is a comment. Any other line is ignored, and so are control characters, which no TwiML may have;
`entries` names both.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from survey.domain.built_in_texts import default_texts
from survey.domain.definition import DefinitionError, Prompts, Question
from survey.domain.encoding import encoding_problems, read_text
from switchboard.inputs.files import FileProblem
from switchboard.text import xml_text

_ENTRY: Final = re.compile(r"\s*([^\s=#'\"]+)\s*=(.*)")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_LINE_END: Final = re.compile(r"\r\n|\n|\r")

KNOWN_KEYS: Final = (
    "language",
    "voice",
    "welcome",
    "languageOption",
    "languageOptionSMS",
    "welcomeContinue",
    "languageOptionLanguageName",
    "languageOptionVoice",
    "languageOptionLanguage",
    "languageOptionLanguageReply",
    "beginSurvey",
    "firstQuestion",
    "nextQuestion",
    "lastQuestion",
    "surveyCompletedAlready",
    "finalGoodbye",
)
"""Keys of the application before this one, besides one per questionName."""

OTHER_KEYS: Final = (
    "speechLanguage",
    "languageOptions",
    "languageName",
    "languageReplies",
    "welcomeTemplate",
    "welcomeTemplateFields",
    "dateOrder",
    "monthNames",
)
"""Further keys without a built-in text."""

QUESTION_ENDINGS: Final = ("", "Choices", "Label", "Unit", "Template")
"""Endings of the keys that a question has, after its questionName."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a prompt file: its number (from 1), its key and its value."""

    line: int
    key: str
    value: str


def entries(content: bytes, file: str) -> tuple[list[Entry], list[FileProblem]]:
    """Return the lines of a prompt file, and what is wrong with those that cannot be read as they stand.

    Blank lines and comments are left out.
    """
    readable, problems = [], [*encoding_problems(content, file)]
    for number, line in enumerate(_LINE_END.split(read_text(content)), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _ENTRY.fullmatch(line)
        if found:
            text = xml_text(found[2])
            readable.append(Entry(number, found[1], _value(text)))
            if text != found[2]:
                problems.append(FileProblem(file, number, found[1], "holds a control character"))
        else:
            key, equals, _ = line.strip().partition("=")
            message = "is not readable as KEY=value" if equals else "has no '=' and no value"
            problems.append(FileProblem(file, number, key.strip(), message))
    return readable, problems


def parse(
    content: bytes,
    file: str,
    language: str,
    questions: Iterable[Question],
    placeholders: Mapping[str, str] = _NONE,
) -> Prompts:
    """Return the prompts of one language.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        Its name, for messages.
    language : str
        The language code in the file's name.
    questions : iterable of Question
        Each needs a text under its name.
    placeholders : mapping of str to str
        What ``{name}`` stands for where a respondent has no field of that name.

    Raises
    ------
    DefinitionError
        A question has no text, or several have none.
    """
    lines, _ = entries(content, file)
    values = {entry.key: entry.value for entry in lines}
    problems = tuple(
        FileProblem(file, 0, name, "the text of this question is missing")
        for name in dict.fromkeys(question.name for question in questions)
        if not values.get(name)
    )
    if problems:
        raise DefinitionError((*encoding_problems(content, file), *problems))
    return Prompts(language, values, default_texts(language), placeholders)


def _value(rest: str) -> str:
    value = rest.strip()
    quote = value[:1]
    if len(value) < 2 or quote not in {'"', "'"} or value[-1] != quote:
        return value
    inner = value[1:-1]
    return (inner.replace("\\n", "\n") if quote == '"' else inner).strip()

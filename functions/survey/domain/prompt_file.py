"""Read a prompt file, ``voice-prompts/survey-<language>.env``: KEY=value lines as dotenv has them."""

import io
import re
from collections.abc import Iterable
from typing import Final

from survey.domain.defaults import defaults_for
from survey.domain.definition import DefinitionError, Problem, Prompts, Question

# What XML 1.0 cannot carry: one such character makes Twilio refuse the whole answer (error 12100).
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

LONGEST_TEXT: Final = 1600
"""Characters of one text message; a Say takes 4096."""

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
"""Keys that prompt files have always had, besides one per questionName."""


def parse(content: bytes, file: str, language: str, questions: Iterable[Question]) -> Prompts:
    """Return the prompts of one language.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 with or without a byte order mark. ``$`` has no special meaning.
    file : str
        Its name, for messages.
    language : str
        The language code that the file's name states.
    questions : iterable of Question
        Each needs a text under its name.

    Raises
    ------
    DefinitionError
        With every problem that keeps the file from being used.
    """
    values, problems = _read(_decoded(content, file), file)
    # What is wrong with a line is said once, not also that the line's text is missing.
    named = {problem.key for problem in problems}
    problems.extend(
        Problem(file, 0, name, "the text of this question is missing")
        for name in dict.fromkeys(question.name for question in questions)
        if not values.get(name) and name not in named
    )
    if problems:
        raise DefinitionError(tuple(problems))
    return Prompts(language=language, values=values, defaults=defaults_for(language))


def keys_with_lines(content: bytes) -> list[tuple[str, int]]:
    """Return each key of a readable prompt file with the line (from 1) on which it stands, in order."""
    from dotenv.parser import parse_stream

    return [
        (binding.key, _first_line(binding.original.string, binding.original.line))
        for binding in parse_stream(io.StringIO(content.decode("utf-8")))
        if binding.key is not None
    ]


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = Problem(file, line, "", "not UTF-8: save the file with that encoding")
        raise DefinitionError((problem,)) from None


def _read(text: str, file: str) -> tuple[dict[str, str], list[Problem]]:
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    problems: list[Problem] = []
    for binding in parse_stream(io.StringIO(text)):
        line = _first_line(binding.original.string, binding.original.line)
        if binding.error:
            key = binding.original.string.strip().partition("=")[0].strip()
            problems.append(
                Problem(file, line, key, "not readable as KEY=value; is a quotation mark left open?")
            )
        elif binding.key is not None and binding.value is None:
            problems.append(Problem(file, line, binding.key, "has no '=' and no value"))
        elif binding.key is not None and binding.value is not None:
            if _UNSPEAKABLE.search(binding.value):
                problems.append(Problem(file, line, binding.key, "holds a control character"))
            values[binding.key] = binding.value.strip()
    return values, problems


def _first_line(original: str, line: int) -> int:
    # dotenv counts a binding from the blank lines before it.
    return line + original[: len(original) - len(original.lstrip())].count("\n")

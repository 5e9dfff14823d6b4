"""Read ``survey-config.json``: the questions of a survey.

The older form names questions and their types only::

    {"questions": [{"questionName": "questionServiceRate", "questionType": "dtmf"}]}

A question may add ``"range": {"min": 1, "max": 5}`` or ``"choices": ["yes", "no"]``. Others are ignored.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

from survey.domain.definition import DefinitionError, Problem, Question, QuestionType
from survey.domain.json_lines import Path, lines_of
from survey.domain.question_types import TYPE_NAMES

MOST_QUESTIONS: Final = 200
"""A session with every answer must fit into one DynamoDB item; see definition.MAX_ANSWERS_BYTES."""

KNOWN_FIELDS: Final = frozenset({"questionName", "questionType", "range", "choices"})

_MOST_CHARACTERS: Final = 100
_MOST_CHOICES: Final = 50
_HIGHEST: Final = 999_999_999
_NAME: Final = re.compile(r"[^\s=#'\"]+")
_CHOICE: Final = re.compile(r"[^,=|]+")

T = TypeVar("T")


def parse(content: bytes, file: str) -> tuple[Question, ...]:
    """Return the questions in the order they are asked.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 with or without a byte order mark.
    file : str
        Its name, for messages.

    Raises
    ------
    DefinitionError
        With every problem found, its line and its key (``questions[1].questionType``).
    """
    text = _decoded(content, file)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise DefinitionError((Problem(file, error.lineno, "", f"not JSON: {error.msg}"),)) from None
    except RecursionError:
        raise DefinitionError((Problem(file, 0, "", "not JSON: nested too deeply"),)) from None
    except ValueError:
        raise DefinitionError((Problem(file, 0, "", "holds a number with too many digits"),)) from None
    reader = _Reader()
    questions = reader.read_questions(document)
    if reader.faults:
        raise DefinitionError(tuple(_problems(reader.faults, file, lines_of(text))))
    return tuple(_with_keys(questions))


def questions_with_lines(content: bytes) -> list[tuple[dict[str, Any], int]]:
    """Return each question of a file that `parse` accepts, as written, with the line on which it begins."""
    text = content.decode("utf-8-sig")
    lines = lines_of(text)
    questions = json.loads(text)["questions"]
    return [(question, lines["questions", index]) for index, question in enumerate(questions)]


class _Reader:
    """Takes the document apart; notes what is wrong and reads on, so that every fault is found.

    By hand, as importing pydantic would be a fifth of a first caller's wait. What is read counts only where
    `faults` stays empty.
    """

    def __init__(self) -> None:
        self.faults: list[tuple[Path, str]] = []

    def read_questions(self, document: Any) -> list[Question]:
        """Return the questions of a file."""
        if not self._is_object(document, ()) or not self._has(document, "questions", ()):
            return []
        return self._read_list(
            document["questions"], ("questions",), self._read_question, least=1, most=MOST_QUESTIONS
        )

    def _read_question(self, value: Any, path: Path) -> Question:
        known = len(self.faults)
        name, minimum, maximum, choices = "", None, None, []
        kind: QuestionType = "dtmf"
        if self._is_object(value, path):
            if self._has(value, "questionName", path):
                wrong = "holds a space, =, # or quotation mark"
                name = self._read_text(value["questionName"], (*path, "questionName"), _NAME, wrong)
            if self._has(value, "questionType", path):
                kind = self._read_type(value["questionType"], (*path, "questionType"))
            if value.get("range") is not None:
                minimum, maximum = self._read_range(value["range"], (*path, "range"))
            if value.get("choices") is not None:
                choices = self._read_choices(value["choices"], (*path, "choices"))
        if len(self.faults) == known:
            if minimum is not None and choices:
                self._note(path, "a question has a range or choices, not both")
            elif len({choice.casefold() for choice in choices}) < len(choices):
                self._note(path, "two choices are the same")
        return Question(
            key=name,
            name=name,
            type=kind,
            minimum=minimum,
            maximum=maximum,
            choices=tuple(choices),
        )

    def _read_type(self, value: Any, path: Path) -> QuestionType:
        kind = TYPE_NAMES.get(value.strip().lower()) if isinstance(value, str) else None
        if kind is None:
            self._note(path, f"must be {' or '.join(map(repr, TYPE_NAMES))}")
        return kind or "dtmf"

    def _read_range(self, value: Any, path: Path) -> tuple[int, int]:
        if not self._is_object(value, path):
            return 0, 0
        minimum, maximum = (
            self._read_number(value[end], (*path, end)) if self._has(value, end, path) else None
            for end in ("min", "max")
        )
        if minimum is None or maximum is None:
            return 0, 0
        if minimum > maximum:
            self._note(path, f"min {minimum} is greater than max {maximum}")
        return minimum, maximum

    def _read_number(self, value: Any, path: Path) -> int | None:
        # A bool is an int in Python, and in JSON it is not.
        if not isinstance(value, int) or isinstance(value, bool):
            self._note(path, "must be a whole number, without quotation marks")
            return None
        if not 0 <= value <= _HIGHEST:
            self._note(path, "must be at least 0" if value < 0 else f"must be at most {_HIGHEST}")
            return None
        return value

    def _read_choices(self, value: Any, path: Path) -> list[str]:
        def read(choice: Any, at: Path) -> str:
            return self._read_text(choice, at, _CHOICE, "holds , = or |")

        return self._read_list(value, path, read, least=2, most=_MOST_CHOICES)

    def _read_list(
        self, value: Any, path: Path, read: Callable[[Any, Path], T], *, least: int, most: int
    ) -> list[T]:
        if not isinstance(value, list):
            self._note(path, "must be a list, […]")
            return []
        if len(value) > most:
            self._note(path, f"has more than {most}")
            return []
        known = len(self.faults)
        members = [read(member, (*path, index)) for index, member in enumerate(value)]
        if len(value) < least and len(self.faults) == known:
            self._note(path, f"has fewer than {least}")
        return members

    def _read_text(self, value: Any, path: Path, form: re.Pattern[str], wrong: str) -> str:
        if not isinstance(value, str):
            self._note(path, "must be text, in quotation marks")
            return ""
        text = value.strip()
        if not text:
            self._note(path, "is empty")
        elif len(text) > _MOST_CHARACTERS:
            self._note(path, f"has more than {_MOST_CHARACTERS} characters")
        elif not form.fullmatch(text):
            self._note(path, wrong)
        elif any("\ud800" <= character <= "\udfff" for character in text):
            self._note(path, "holds half of a surrogate pair")
        return text

    def _is_object(self, value: Any, path: Path) -> bool:
        if not isinstance(value, dict):
            self._note(path, "must be an object, {…}")
            return False
        return True

    def _has(self, value: dict[str, Any], field: str, path: Path) -> bool:
        if field not in value:
            self._note((*path, field), "is missing")
            return False
        return True

    def _note(self, path: Path, text: str) -> None:
        self.faults.append((path, text))


def _with_keys(questions: list[Question]) -> list[Question]:
    """Give a question whose name was asked before a key of its own."""
    asked: dict[str, int] = {}
    keyed = []
    for question in questions:
        times = asked[question.name] = asked.get(question.name, 0) + 1
        keyed.append(question if times == 1 else replace(question, key=f"{question.name}#{times}"))
    return keyed


def _problems(faults: list[tuple[Path, str]], file: str, lines: dict[Path, int]) -> list[Problem]:
    problems = []
    for path, text in faults:
        place = path
        while place not in lines and place:
            place = place[:-1]
        problems.append(Problem(file, lines.get(place, 0), _dotted(path), text))
    return problems


def _dotted(path: Path) -> str:
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return dotted.lstrip(".")


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DefinitionError(
            (Problem(file, line, "", "not UTF-8: save the file with that encoding"),)
        ) from None

"""JSON files that operators write, read as models: every problem has its file, line and key."""

import json
from dataclasses import dataclass
from typing import Any

from switchboard.inputs.errors import InputError, dotted
from switchboard.inputs.json_lines import lines_of
from switchboard.inputs.model import M, parse


@dataclass(frozen=True)
class FileProblem:
    """Something wrong with a file.

    Attributes
    ----------
    file : str
        Its name.
    line : int
        From 1; 0 is the file as a whole.
    key : str
        Such as ``questions[1].questionType``; "" is the file as a whole.
    message : str
        What is wrong.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class FileError(ValueError):
    """A file cannot be used.

    Attributes
    ----------
    problems : tuple[FileProblem, ...]
        Everything that is wrong with it.
    """

    def __init__(self, *problems: FileProblem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def read_json(model: type[M], content: bytes, file: str) -> M:
    """Return what a JSON file holds.

    Parameters
    ----------
    model : type
        What it should hold.
    content : bytes
        UTF-8, with or without a byte order mark.
    file : str
        The file's name, for messages.

    Raises
    ------
    FileError
        With every problem found.
    """
    text = decode(content, file)
    document = _load(text, file)
    try:
        return parse(model, document)
    except InputError as error:
        lines = lines_of(text)
        raise FileError(
            *(
                FileProblem(file, _line(path, lines), dotted(path), field["message"])
                for path, field in zip(error.paths, error.errors, strict=True)
            )
        ) from None


def decode(content: bytes, file: str) -> str:
    """Return a file's text.

    Raises
    ------
    FileError
        It is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = FileProblem(file, line, "", "is not UTF-8: save the file with that encoding")
        raise FileError(problem) from None


def _load(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(FileProblem(file, error.lineno, "", f"is not JSON: {error.msg}")) from None
    except RecursionError:
        raise FileError(FileProblem(file, 0, "", "is nested too deeply")) from None
    except ValueError:
        raise FileError(FileProblem(file, 0, "", "holds a number with too many digits")) from None


def _line(path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> int:
    """Return the line of a value, or of the nearest one around it that exists."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 0)

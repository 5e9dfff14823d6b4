"""Check the files of callbacks and voicemails: opening hours, and messages in each language."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from callback.domain.messages import read_messages
from callback.storage.configuration import HOURS_KEY
from survey.domain.definition import is_language
from switchboard.inputs.files import FileError, read_json
from switchboard.inputs.opening_hours import OpeningHours
from tools.check_voice import voice_problem
from tools.problem import Problem

T = TypeVar("T")

_PREFIX, _SUFFIX = "messages-", ".json"


def check_callback(folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the files below ``callback/`` in a folder that is laid out like the bucket."""
    for path in sorted((folder / HOURS_KEY).parent.glob("*")):
        name = path.relative_to(folder).as_posix()
        if name == HOURS_KEY:
            yield from _check(path, name, partial(read_json, OpeningHours))
        elif path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX):
            language = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
            if not is_language(language):
                text = f"{language!r} in the file's name is not a language code, such as en-US"
                yield Problem(name, 0, "", text)
            messages = yield from _check(path, name, partial(read_messages, language=language))
            if messages and (text := voice_problem(messages.voice.strip(), messages.language)):
                yield Problem(name, 0, "voice", text, "warning")
        else:
            text = "is never read: it is neither hours.json nor messages-….json"
            yield Problem(name, 0, "", text, "warning")


def _check(path: Path, name: str, read: Callable[[bytes, str], T]) -> Generator[Problem, None, T | None]:
    """Yield what is wrong with a file; return what it holds, or None."""
    try:
        return read(path.read_bytes(), name)
    except FileError as error:
        for found in error.problems:
            yield Problem(found.file, found.line, found.key, found.message)
    except OSError as error:
        yield Problem(name, 0, "", f"cannot be read: {error.strerror}")
    return None

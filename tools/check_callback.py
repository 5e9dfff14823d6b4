"""Checks the files of callbacks and voicemails: business hours, and messages in each language."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from callback.domain.business_hours import HoursError, parse_hours
from callback.domain.messages import MessagesError, parse_messages
from survey.domain.definition import Problem, is_language

FOLDER = "callback"
_HOURS = f"{FOLDER}/hours.json"
_PREFIX, _SUFFIX = "messages-", ".json"


def check_callback(folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the files below ``callback/`` in a folder that is laid out like the bucket."""
    for path in sorted((folder / FOLDER).glob("*")):
        name = path.relative_to(folder).as_posix()
        if name == _HOURS:
            yield from _file(path, name, parse_hours)
        elif path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX):
            language = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
            if not is_language(language):
                text = f"{language!r} in the file's name is not a language code, such as en-US"
                yield Problem(name, 0, "", text)
            yield from _file(path, name, partial(parse_messages, language=language))
        else:
            yield Problem(
                name, 0, "", "is never read: it is neither hours.json nor messages-….json", "warning"
            )


def _file(path: Path, name: str, parse: Callable[[Any], object]) -> Iterator[Problem]:
    try:
        parse(json.loads(path.read_bytes()))
    except json.JSONDecodeError as error:
        yield Problem(name, error.lineno, "", f"is not JSON: {error.msg}")
    except UnicodeDecodeError:
        yield Problem(name, 0, "", "is not UTF-8")
    except OSError as error:
        yield Problem(name, 0, "", f"cannot be read: {error.strerror}")
    except (HoursError, MessagesError) as error:
        yield Problem(name, 0, "", str(error))

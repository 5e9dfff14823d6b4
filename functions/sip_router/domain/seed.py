"""The seed: the route table that is version 1, and live, until a version is saved."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from sip_router.domain.twiml import APOLOGY
from sip_router.domain.validation import Fault, find_faults
from sip_router.domain.version import Version, first_version, to_json
from switchboard.text import replace_lone_surrogates

SEED_KEY: Final = "sip-routes.json"
AUTHOR: Final = f"config-files/{SEED_KEY}"


class NotARouteTableError(ValueError):
    """A file cannot be read as a route table; the message says why, without the file's name.

    Parameters
    ----------
    problem : str
        What is wrong with the file.
    line : int, optional
        The line that it is in; 0 where no line is to blame.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"{problem} in line {line}" if line else problem)
        self.problem = problem
        self.line = line


@dataclass(frozen=True, slots=True)
class Seed:
    """Version 1 until it is stored, its route table, and the faults of that."""

    version: Version
    data: Any
    faults: list[Fault]


def parse_seed(content: bytes, written_at: str) -> Seed:
    """Return the seed that a file holds; the same SIDs every time, until the file changes.

    Parameters
    ----------
    content : bytes
        The file.
    written_at : str
        When it was written, ISO 8601.

    Raises
    ------
    NotARouteTableError
        The file is no JSON object with a list of routes. Routes that cannot be used are no such error.
    """
    return make_seed(parse_file(content), written_at, AUTHOR)


def empty_seed() -> Seed:
    """Return the seed where there is no file: it apologises to every caller."""
    default = {"type": APOLOGY.type, "destination": APOLOGY.destination}
    return make_seed({"routes": [], "default": default}, "1970-01-01T00:00:00Z", "switchboard")


def make_seed(data: Any, written_at: str, by: str) -> Seed:
    """Return the seed that a route table makes."""
    faults = find_faults(data)
    version = first_version(to_json(data), len(data["routes"]), len(faults), written_at, by)
    return Seed(version, data, faults)


def parse_file(content: bytes) -> Any:
    """Return the JSON of a file that may be a seed: an object with a list of routes.

    Raises
    ------
    NotARouteTableError
        It is something else.
    """
    try:
        data = json.loads(content, parse_constant=_refuse_constant, parse_float=_finite)
        # Half of a surrogate pair is legal JSON, but no text that could be stored or shown later.
        data = json.loads(replace_lone_surrogates(json.dumps(data, ensure_ascii=False)))
    except UnicodeDecodeError:
        raise NotARouteTableError("is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotARouteTableError(f"is not JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise NotARouteTableError("is nested too deeply") from None
    except ValueError as error:
        raise NotARouteTableError(f"is not JSON: {error}") from None
    if not isinstance(data, Mapping) or not isinstance(data.get("routes"), list):
        raise NotARouteTableError("must be a JSON object with a list of routes")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number

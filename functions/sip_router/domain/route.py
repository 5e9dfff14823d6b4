"""One route: the addresses that it is for, and where it sends their calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from sip_router.domain.address import user_part
from sip_router.domain.destination import Destination, read_destination
from sip_router.domain.schedule import Schedule, read_schedule
from switchboard.errors import FieldError

MAX_ADDRESS_CHARACTERS = 255
MAX_PATTERN_CHARACTERS = 1000
MAX_PATTERNS = 1000
MAX_WEIGHT = 10_000
MAX_ALTERNATIVES = 20
# The fallback travels in the URL that Twilio calls when the first destination fails.
MAX_FALLBACK_CHARACTERS = 1000
MAX_ENCODED_FALLBACK_CHARACTERS = 3000

OLD_FIELDS = frozenset({"address", "comment", "type", "destination"})
"""The fields that a route had before there were schedules, weights and fallbacks."""


class Kind(StrEnum):
    """How an address is compared, in the order of preference."""

    EXACT = "exact"
    PREFIX = "prefix"
    PATTERN = "pattern"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Route:
    """Where the calls to an address go.

    Attributes
    ----------
    address : str
        As the administrator wrote it; empty for the default route.
    choices : tuple[tuple[Destination, int], ...]
        Destinations and their weights, the route's own first; one unless calls are shared out.
    fallback : Destination or None
        Where a call goes if the first destination fails.
    schedule : Schedule or None
        When the choices hold; None: always.
    otherwise : Destination or None
        Where calls go outside of the schedule.
    """

    address: str
    choices: tuple[tuple[Destination, int], ...]
    fallback: Destination | None = None
    schedule: Schedule | None = None
    otherwise: Destination | None = None


def matching(raw: Mapping[str, Any]) -> tuple[Kind, str]:
    """Return how a route's address is compared, and with what.

    The address tells: one that begins with ``^`` is a pattern, one that ends with ``*`` a prefix. The field
    ``match`` says otherwise where an address itself has such a character.
    """
    address: str = raw["address"].strip()
    wanted = raw.get("match")
    if wanted == Kind.PATTERN or (wanted is None and address.startswith("^")):
        return Kind.PATTERN, address
    user = user_part(address)
    if wanted == Kind.PREFIX or (wanted is None and user.endswith("*")):
        return Kind.PREFIX, user.removesuffix("*")
    return Kind.EXACT, user


def read_route(raw: Mapping[str, Any], field: str, errors: list[FieldError]) -> Route | None:
    """Return the route that a JSON object describes; None, and what is wrong in `errors`, if it does not.

    Parameters
    ----------
    raw : Mapping[str, Any]
        ``{"address", "comment", "type", "destination"}`` and, optional, ``match``, ``weight``,
        ``alternatives: [{"type", "destination", "weight"}]``, ``fallback`` and ``otherwise: {"type",
        "destination"}``, ``schedule``. Fields of other names may hold anything.
    field : str
        Where it stands, such as ``data.routes[3]`` or ``data.default``.
    errors : list[FieldError]
        Gets what is wrong.
    """
    before = len(errors)
    choices = _read_choices(raw, field, errors)
    fallback = _read_optional(raw, "fallback", field, errors)
    if fallback and len(fallback.destination) > MAX_FALLBACK_CHARACTERS:
        message = f"must be at most {MAX_FALLBACK_CHARACTERS:,} characters in a fallback"
        errors.append(FieldError(field=f"{field}.fallback.destination", message=message))
    elif fallback and len(quote_plus(fallback.destination)) > MAX_ENCODED_FALLBACK_CHARACTERS:
        message = f"must be at most {MAX_ENCODED_FALLBACK_CHARACTERS:,} characters, encoded for a URL"
        errors.append(FieldError(field=f"{field}.fallback.destination", message=message))
    otherwise = _read_optional(raw, "otherwise", field, errors)
    schedule = None
    if raw.get("schedule") is not None:
        schedule = read_schedule(raw["schedule"], f"{field}.schedule", errors)
        if raw.get("otherwise") is None:
            message = "is needed beside a schedule: where calls go when it is closed"
            errors.append(FieldError(field=f"{field}.otherwise", message=message))
    if len(errors) > before:
        return None
    return Route(raw.get("address", ""), choices, fallback, schedule, otherwise)


def destination_fields(raw: Mapping[str, Any], field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parts of a valid route that hold a type and a destination, with their places."""
    yield field, raw
    for number, part in enumerate(raw.get("alternatives") or ()):
        yield f"{field}.alternatives[{number}]", part
    for name in ("fallback", "otherwise"):
        if raw.get(name) is not None:
            yield f"{field}.{name}", raw[name]


def check_address(raw: Mapping[str, Any], field: str, errors: list[FieldError]) -> tuple[Kind, str] | None:
    """Return how a route's address is compared; None, and what is wrong in `errors`, if it cannot be."""
    before = len(errors)
    address = raw.get("address")
    if not isinstance(address, str) or not address.strip():
        errors.append(FieldError(field=f"{field}.address", message="must be a text that is not empty"))
    if raw.get("match") not in (None, Kind.EXACT, Kind.PREFIX, Kind.PATTERN):
        errors.append(FieldError(field=f"{field}.match", message="must be exact, prefix or pattern"))
    if len(errors) > before:
        return None
    kind, key = matching(raw)
    problem = _check_pattern(key) if kind is Kind.PATTERN else _check_key(kind, key)
    if problem:
        errors.append(FieldError(field=f"{field}.address", message=problem))
        return None
    return kind, key


def _check_key(kind: Kind, key: str) -> str | None:
    if not key:
        return (
            "must begin with something: for all other calls there is the default route"
            if kind is Kind.PREFIX
            else ("must have a user part, such as 4321 or sip:4321@example.com")
        )
    if len(key) > MAX_ADDRESS_CHARACTERS:
        return f"must be at most {MAX_ADDRESS_CHARACTERS} characters"
    if not key.isprintable():
        return "must not have control characters"
    return None


def _check_pattern(pattern: str) -> str | None:
    from sip_router.domain.pattern import pattern_problem

    if len(pattern) > MAX_PATTERN_CHARACTERS:
        return f"must be at most {MAX_PATTERN_CHARACTERS:,} characters"
    return pattern_problem(pattern)


def _read_choices(
    raw: Mapping[str, Any], field: str, errors: list[FieldError]
) -> tuple[tuple[Destination, int], ...]:
    alternatives = raw.get("alternatives")
    parts: list[tuple[str, Any]] = [(field, raw)]
    if isinstance(alternatives, list) and len(alternatives) <= MAX_ALTERNATIVES:
        parts += [(f"{field}.alternatives[{number}]", part) for number, part in enumerate(alternatives)]
    elif alternatives is not None:
        message = f"must be a list of at most {MAX_ALTERNATIVES} destinations"
        errors.append(FieldError(field=f"{field}.alternatives", message=message))
    choices: list[tuple[Destination, int]] = []
    for place, part in parts:
        if not isinstance(part, Mapping):
            errors.append(FieldError(field=place, message="must be an object with type and destination"))
            continue
        destination = read_destination(part, place, errors)
        weight = _read_weight(part.get("weight"), place, errors)
        if destination and weight is not None:
            choices.append((destination, weight))
    if len(choices) == len(parts) and not any(weight for _, weight in choices):
        errors.append(FieldError(field=f"{field}.weight", message="must not be 0 where every other is 0 too"))
    return tuple(choices)


def _read_weight(raw: Any, field: str, errors: list[FieldError]) -> int | None:
    if raw is None:
        return 1
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MAX_WEIGHT:
        return raw
    errors.append(
        FieldError(field=f"{field}.weight", message=f"must be a whole number from 0 to {MAX_WEIGHT:,}")
    )
    return None


def _read_optional(
    raw: Mapping[str, Any], name: str, field: str, errors: list[FieldError]
) -> Destination | None:
    part = raw.get(name)
    if part is None:
        return None
    if not isinstance(part, Mapping):
        errors.append(
            FieldError(field=f"{field}.{name}", message="must be an object with type and destination")
        )
        return None
    return read_destination(part, f"{field}.{name}", errors)

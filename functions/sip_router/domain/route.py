"""Routes: addresses and the destinations of calls to them."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import quote_plus

from pydantic import ValidationInfo, field_validator, model_validator

from sip_router.domain.address import readings, without_separators
from sip_router.domain.destination import TO_SAVE, Destination
from sip_router.domain.pattern import check_pattern
from switchboard.inputs.errors import WrongField
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.opening_hours import OpeningHours, Weekly, Zone

MAX_ADDRESS_CHARACTERS: Final = 255
MAX_PATTERN_CHARACTERS: Final = 1000
MAX_WEIGHT: Final = 10_000
MAX_ALTERNATIVES: Final = 20
MAX_SCHEDULE_VALUES: Final = 10_000
# The fallback travels in the URL that Twilio calls when the first destination fails.
MAX_FALLBACK_CHARACTERS: Final = 1000
MAX_ENCODED_FALLBACK_CHARACTERS: Final = 3000

OLD_FIELDS: Final = frozenset({"address", "comment", "type", "destination"})
"""The fields that a route had before there were schedules, weights and fallbacks."""


class Kind(StrEnum):
    """The way in which an address is compared, in the order of preference."""

    EXACT = "exact"
    PREFIX = "prefix"
    PATTERN = "pattern"
    DEFAULT = "default"


def matching(address: str, match: Any) -> tuple[Kind, str]:
    """Return how a route's address is compared, and with what.

    The address tells: one that begins with ``^`` is a pattern, one that ends with ``*`` a prefix. The field
    ``match`` says otherwise where an address itself has such a character.
    """
    return all_matching(address, match)[0]


def all_matching(address: str, match: Any) -> list[tuple[Kind, str]]:
    """Return how a route's address is compared, for each of its readings.

    ``ann@corp.example`` takes calls to that user part, and to ``ann`` where no route is written so.
    """
    address = address.strip()
    if match == Kind.PATTERN or (match is None and address.startswith("^")):
        return [(Kind.PATTERN, address)]
    return [
        (Kind.PREFIX, text.removesuffix("*"))
        if match == Kind.PREFIX or (match is None and text.endswith("*"))
        else (Kind.EXACT, text)
        for text in readings(address)
    ]


class Schedule(OpeningHours):
    """The opening hours of a route. The time zone and the hours of the week are required."""

    time_zone: Zone
    weekly: Weekly

    @model_validator(mode="before")
    @classmethod
    def _check_size(cls, values: Any) -> Any:
        # Each of a million values that are wrong would be an error of its own.
        if _holds_more_than(MAX_SCHEDULE_VALUES, values):
            raise ValueError(f"must hold at most {MAX_SCHEDULE_VALUES} values")
        return values


class Choice(Destination):
    """A destination and its share of the calls."""

    weight: Annotated[int, WholeNumber(0, MAX_WEIGHT, digits_as_text=False)] = 1


class DefaultRoute(Choice):
    """The default route: destinations without an address. Fields of other names may hold anything.

    Attributes
    ----------
    comment : Any
        Text, but no call depends on it.
    alternatives : tuple[Choice, ...]
        Further destinations, between which and the route's own the calls are shared out.
    fallback : Destination or None
        Where a call goes if the first destination fails.
    schedule : Schedule or None
        When the choices hold; None: always.
    otherwise : Destination or None
        Where calls go outside of the schedule.
    """

    comment: Any = None
    alternatives: tuple[Choice, ...] = ()
    fallback: Destination | None = None
    schedule: Schedule | None = None
    otherwise: Destination | None = None

    @field_validator("alternatives", mode="before")
    @classmethod
    def _check_length(cls, alternatives: Any) -> Any:
        if isinstance(alternatives, list) and len(alternatives) > MAX_ALTERNATIVES:
            raise ValueError(f"must have at most {MAX_ALTERNATIVES} entries")
        return alternatives

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The destinations between which calls are shared out, the route's own first."""
        return (self, *self.alternatives)

    @field_validator("comment")
    @classmethod
    def _check_comment(cls, comment: Any, info: ValidationInfo) -> Any:
        if info.context == TO_SAVE and not isinstance(comment, str):
            raise ValueError("must be text")
        return comment

    @field_validator("fallback")
    @classmethod
    def _check_size(cls, fallback: Destination | None) -> Destination | None:
        text = fallback.destination if fallback else ""
        if len(text) > MAX_FALLBACK_CHARACTERS:
            raise WrongField("destination", f"must have at most {MAX_FALLBACK_CHARACTERS} characters")
        if len(quote_plus(text)) > MAX_ENCODED_FALLBACK_CHARACTERS:
            message = f"must have at most {MAX_ENCODED_FALLBACK_CHARACTERS} characters, encoded for a URL"
            raise WrongField("destination", message)
        return fallback

    @model_validator(mode="after")
    def _check_choices(self) -> Self:
        if self.schedule and not self.otherwise:
            raise WrongField("otherwise", "is missing: a schedule needs one, for calls when it is closed")
        if not any(choice.weight for choice in self.choices):
            raise WrongField("weight", "must not be 0 where every other is 0, too")
        return self


class Route(DefaultRoute):
    """A route: an address and the destinations of calls to it.

    Attributes
    ----------
    address : str
        As the administrator wrote it: a SIP URI, the user part of one, a prefix with ``*`` behind it, or a
        pattern with ``^`` before it.
    """

    match: Literal["exact", "prefix", "pattern"] | None = None
    address: str

    @field_validator("address")
    @classmethod
    def _check_address(cls, address: str, info: ValidationInfo) -> str:
        if not address.strip():
            raise ValueError("must not be empty")
        if "match" in info.data:
            _check_key(*matching(address, info.data["match"]))
        return address


def _check_key(kind: Kind, key: str) -> None:
    limit = MAX_PATTERN_CHARACTERS if kind is Kind.PATTERN else MAX_ADDRESS_CHARACTERS
    if len(key) > limit:
        raise ValueError(f"must have at most {limit} characters")
    if kind is Kind.PREFIX and not key:
        raise ValueError("must begin with something: for all other calls there is the default route")
    if not key:
        raise ValueError("must have a user part, such as 4321 or sip:4321@example.com")
    if kind is Kind.PATTERN:
        check_pattern(key)
    elif not without_separators(key).isprintable():
        raise ValueError("must not have control characters")


def _holds_more_than(most: int, value: Any) -> bool:
    waiting, count = [value], 0
    while waiting and count <= most:
        part = waiting.pop()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += inner
        count += len(inner)
    return count > most

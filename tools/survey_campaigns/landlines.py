"""Landlines on a list of recipients, which Twilio Lookup tells, since they do not receive SMS.

Lookup's type ``landline`` means "generally not capable of receiving SMS": Twilio refuses a message to one
(https://www.twilio.com/docs/api/errors/21635) or reports that it was not delivered
(https://www.twilio.com/docs/api/errors/30006). Numbers of every other type may receive messages, VoIP and
toll-free numbers among them, and are kept, as are those that Lookup does not know.
https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from survey.domain.campaign.recipient import Recipient
from survey.domain.campaign.recipient_list import read_csv, without_lines
from survey.requests.placeholders import read_placeholders
from switchboard.errors import TwilioUnreachable
from switchboard.twilio.outcome import Refused
from tools.stack.stack import StackError

if TYPE_CHECKING:
    from twilio.rest import Client

_PACKAGE: Final = "line_type_intelligence"
_NOT_ENABLED: Final = 60606
"""The account may not use the package: https://www.twilio.com/docs/api/errors/60606."""

_AT_ONCE: Final = 8
_MOST_FAILURES: Final = 24
"""After so many numbers in a row, each asked for several times, Lookup is asked no more."""

_TOLD_EVERY: Final = 100


@dataclass(frozen=True)
class Landlines:
    """What Lookup told about the numbers of a list.

    Attributes
    ----------
    rejected : Sequence[Mapping[str, Any]]
        Every line with a landline, as the routes show rejected lines.
    content : bytes
        The list without these lines.
    asked, landlines, unknown : int
        Numbers: those that Lookup was asked about, landlines, those whose type is not known.
    gave_up : bool
        Whether Lookup failed so often that it was not asked about the rest.
    """

    rejected: Sequence[Mapping[str, Any]]
    content: bytes
    asked: int
    landlines: int
    unknown: int
    gave_up: bool

    def added_to(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return a route's answer about the list without landlines, with the landlines among the rejected."""
        rejected = sorted([*found["rejected"], *self.rejected], key=lambda one: int(one["line"]))
        warning = f"Twilio Lookup failed for {_MOST_FAILURES} numbers in a row. The rest is not looked up."
        return {
            **found,
            "rejected": rejected,
            "rejectedCount": found["rejectedCount"] + len(self.rejected),
            "warnings": [*found["warnings"], *([warning] if self.gave_up else [])],
            "lookup": {"asked": self.asked, "landlines": self.landlines, "unknown": self.unknown},
        }


def find_landlines(
    twilio: "Client", content: bytes, found: Mapping[str, Any], tell: Callable[[int], None]
) -> Landlines:
    """Ask Lookup about each number of a CSV file that a dry run has accepted.

    Parameters
    ----------
    twilio
        The account that pays for it.
    content
        The file.
    found
        The dry run's answer.
    tell
        Is told now and then for how many numbers there is an answer.

    Raises
    ------
    StackError
        Twilio does not let this account ask.
    """
    rejected_lines = {one["line"] for one in found["rejected"]}
    entries = [one for one in read_csv(content, read_placeholders) if isinstance(one, Recipient)]
    numbers = list(dict.fromkeys(one.number for one in entries if one.line not in rejected_lines))
    lookup = _Lookup(twilio)
    types = lookup.line_types(numbers, tell)
    landlines = {number for number, line_type in types.items() if line_type == "landline"}
    lines = [one for one in entries if one.number in landlines]
    return Landlines(
        rejected=[
            {"line": one.line, "to": one.number, "message": "to: is a landline, which does not receive SMS"}
            for one in lines
        ],
        content=without_lines(content, {one.line for one in lines}) if lines else content,
        asked=lookup.asked,
        landlines=len(landlines),
        unknown=sum(line_type is None for line_type in types.values()),
        gave_up=lookup.gave_up,
    )


class _Lookup:
    """Lookup, asked about several numbers at once."""

    def __init__(self, twilio: "Client") -> None:
        self._numbers = twilio.lookups.v2.phone_numbers
        self._lock = threading.Lock()
        self._failures = 0
        self.asked = 0

    @property
    def gave_up(self) -> bool:
        """Whether so many requests in a row failed that there are no more."""
        return self._failures >= _MOST_FAILURES

    def line_types(self, numbers: Sequence[str], tell: Callable[[int], None]) -> dict[str, str | None]:
        """Return the type of each number's line; None if it is not known."""
        # If the account is refused, one request finds out.
        types = {number: self._line_type(number) for number in numbers[:1]}
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            rest = numbers[1:]
            for number, line_type in zip(rest, pool.map(self._line_type, rest), strict=True):
                types[number] = line_type
                if len(types) % _TOLD_EVERY == 0:
                    tell(len(types))
        finally:
            pool.shutdown(cancel_futures=True)
        return types

    def _line_type(self, number: str) -> str | None:
        with self._lock:
            if self.gave_up:
                return None
            self.asked += 1
        try:
            found: object = self._numbers(number).fetch(fields=_PACKAGE).line_type_intelligence
        except Refused as error:
            if error.status == 401 or error.code == _NOT_ENABLED:
                raise StackError(_refusal(error.message)) from None
            # A refusal of one number is no sign that Lookup fails for others.
            self._count(failed=error.is_temporary)
            return None
        except TwilioUnreachable:
            self._count(failed=True)
            return None
        self._count(failed=False)
        if not isinstance(found, Mapping):
            return None
        if found.get("error_code") == _NOT_ENABLED:
            raise StackError(_refusal("Line Type Intelligence is not enabled."))
        line_type = found.get("type")
        return line_type if isinstance(line_type, str) and line_type != "unknown" else None

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            if not self.gave_up:
                self._failures = self._failures + 1 if failed else 0


def _refusal(message: str) -> str:
    return f"Twilio Lookup refuses this account: {message}"

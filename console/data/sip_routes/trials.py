"""Where a call to an address would go at a time, by what is edited or by a saved version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.data.sip_routes.words import destination_words, route_words
from sip_router.requests.admin import TrialRequest
from sip_router.route_queries import try_call, try_table
from switchboard.errors import BadRequest, FieldError
from switchboard.inputs.model import read


@dataclass(frozen=True)
class Trial:
    """Where a call would go.

    Attributes
    ----------
    address : str
        What was looked up.
    match : str
        exact, prefix, pattern or default.
    route : str
        The address of the route that takes the call; "" for the default.
    is_open : bool or None
        None where the route has no hours.
    at : datetime
        In the time zone of the question.
    words : str
        Where this call goes.
    rule : str
        What the whole route does.
    fallback : str
        What follows if that fails; "" where nothing does.
    is_shared : bool
        Whether calls are shared out between several destinations.
    twiml : str
    """

    address: str
    match: str
    route: str
    is_open: bool | None
    at: datetime
    words: str
    rule: str
    fallback: str
    is_shared: bool
    twiml: str


def zones_of(data: Mapping[str, Any]) -> Sequence[str]:
    """Return the time zones that routes have hours in, and UTC, which is first."""
    found = set()
    for route in (*data["routes"], data.get("default")):
        schedule = route.get("schedule") if isinstance(route, Mapping) else None
        zone = schedule.get("timeZone") if isinstance(schedule, Mapping) else None
        if isinstance(zone, str) and _is_zone(zone):
            found.add(zone)
    return ["UTC", *sorted(found - {"UTC"})]


def moment_of(words: str, zone: str) -> str:
    """Return a time of a wall clock, such as ``2027-01-04 07:30``, as ISO 8601 with its offset; "" for now.

    Raises
    ------
    BadRequest
        It is no time.
    """
    if not words.strip():
        return ""
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError:
        raise BadRequest.about(
            FieldError(field="at", message="must be a time such as 2027-01-04 07:30")
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).isoformat()


def ask(question: Mapping[str, str], zone: str, now: datetime, data: Mapping[str, Any] | None) -> Trial:
    """Return where a call would go.

    Parameters
    ----------
    question
        The address, and as they are wanted at, CallSid and version, as the admin route takes them.
    zone
        The time zone in which the answer tells the time.
    now
    data
        A map that is not saved, which is asked in place of a version.

    Raises
    ------
    BadRequest
        The address, the time or the call's SID cannot be read.
    Conflict
        No route matches, and the default route cannot be used.
    """
    request = read(TrialRequest, question)
    found = try_call(request, now) if data is None else try_table(data, request, now)
    route = found["route"]
    return Trial(
        address=str(found["address"]),
        match=str(found["match"]),
        route=str(route.get("address", "")),
        is_open=found["open"],
        at=datetime.fromisoformat(found["at"]).astimezone(ZoneInfo(zone) if _is_zone(zone) else UTC),
        words=destination_words(found),
        rule=route_words(route),
        fallback=destination_words(found["fallback"]) if found["fallback"] else "",
        is_shared=bool(route.get("alternatives")) and found["open"] is not False,
        twiml=str(found["twiml"]),
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True

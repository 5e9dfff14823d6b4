"""The choice between a route's destinations: by the time, and by shares that are constant for a call."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sip_router.domain.destination import Destination
from sip_router.domain.route import DefaultRoute, Route


@dataclass(frozen=True, slots=True)
class Decision:
    """The destination of a call.

    Attributes
    ----------
    destination : Destination
        The first destination.
    fallback : Destination or None
        The destination after a failure; None where there is none, or where no failure would be reported.
    is_open : bool or None
        Whether the route is open by its schedule; None where it has none.
    """

    destination: Destination
    fallback: Destination | None
    is_open: bool | None


def decide(route: DefaultRoute, at: datetime, call: str) -> Decision:
    """Return where a route sends a call.

    Parameters
    ----------
    route : Route
        The route that the address takes.
    at : datetime
        When the call came in, with its time zone.
    call : str
        The CallSid. Calls are shared out by weight, but the same call always gets the same destination, so
        that a webhook which Twilio repeats is answered as before.
    """
    is_open = route.schedule.is_open(at) if route.schedule else None
    closed = route.otherwise if is_open is False else None
    destination = closed or _share(route, call)
    return Decision(destination, route.fallback if destination.type.reports_outcome else None, is_open)


def _share(route: DefaultRoute, call: str) -> Destination:
    choices = route.choices
    if len(choices) > 1:
        address = route.address if isinstance(route, Route) else ""
        digest = hashlib.sha256(f"{call}\n{address}".encode("utf-8", "replace")).digest()
        point = int.from_bytes(digest[:8]) % sum(choice.weight for choice in choices)
        for choice in choices:
            point -= choice.weight
            if point < 0:
                return choice
    return choices[0]

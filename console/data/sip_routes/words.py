"""SIP routes in plain words: where they lead, when, and with which shares. Faulty routes are told, too."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from sip_router.domain.route import matching

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_VERBS: Final = {
    "webhook": "asks",
    "dial-application": "calls application",
    "dial-client": "calls client",
    "dial-sip": "calls",
    "play": "plays",
    "refer": "refers to",
    "say": "says",
    "twiml": "runs TwiML",
}
_LONGEST: Final = 90
_LONGEST_FIELD: Final = 300


def how_matched(route: Any) -> str:
    """Return how a route's address is compared: exact, prefix or pattern; "" where it has none."""
    address = route.get("address") if isinstance(route, Mapping) else None
    return str(matching(address, route.get("match"))[0]) if isinstance(address, str) else ""


def destination_words(destination: Any) -> str:
    """Return where a destination leads."""
    if not isinstance(destination, Mapping):
        return "nowhere: it is no object"
    kind, where = str(destination.get("type", "")), str(destination.get("destination", ""))
    return f"{_VERBS.get(kind, kind)} {where if len(where) <= _LONGEST else where[: _LONGEST - 1] + '…'}"


def route_words(route: Mapping[str, Any]) -> str:
    """Return where a route leads, in one line for the first destination and one for each thing beside it."""
    return "\n".join(_lines(route))


def _lines(route: Mapping[str, Any]) -> Iterator[str]:
    choices = [route, *_objects(route.get("alternatives"))]
    if len(choices) == 1:
        yield destination_words(route)
    else:
        weights = [_weight(choice) for choice in choices]
        whole = sum(weights) or 1
        for choice, weight in zip(choices, weights, strict=True):
            yield f"{weight / whole:.0%} of calls: {destination_words(choice)}"
    if isinstance(schedule := route.get("schedule"), Mapping):
        yield f"Open {schedule_words(schedule)}"
    if route.get("otherwise"):
        yield f"When closed: {destination_words(route['otherwise'])}"
    if route.get("fallback"):
        yield f"If that fails: {destination_words(route['fallback'])}"


def schedule_words(schedule: Mapping[str, Any]) -> str:
    """Return opening hours in words, such as ``Sat 10:00-14:00, Europe/Berlin``."""
    weekly = schedule.get("weekly")
    hours = (
        {str(day)[:3].lower(): value for day, value in weekly.items()} if isinstance(weekly, Mapping) else {}
    )
    by_day = [(day, _hours(hours.get(day))) for day in DAYS]
    parts = []
    for text, days in groupby(by_day, key=lambda item: item[1]):
        names = [day.capitalize() for day, _ in days]
        if text:
            parts.append(f"{names[0] if len(names) == 1 else f'{names[0]}–{names[-1]}'} {text}")  # noqa: RUF001
    holidays = schedule.get("holidays")
    if holidays:
        number = len(holidays) if isinstance(holidays, Mapping | list) else 1
        parts.append("1 holiday" if number == 1 else f"{number} holidays")
    return ", ".join([*(parts or ["never"]), str(schedule.get("timeZone", "UTC"))])


def _hours(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else ""


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _weight(choice: Mapping[str, Any]) -> int:
    weight = choice.get("weight", 1)
    return weight if isinstance(weight, int) else 1


def field_words(name: str, value: Any) -> str:
    """Return one field of a route in words."""
    if name == "schedule" and isinstance(value, Mapping):
        return schedule_words(value)
    if name == "alternatives" and isinstance(value, list):
        return (
            "; ".join(f"share {_weight(one)}: {destination_words(one)}" for one in _objects(value)) or "none"
        )
    if isinstance(value, Mapping) and "destination" in value:
        return destination_words(value)
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= _LONGEST_FIELD else f"{words[: _LONGEST_FIELD - 1]}…"

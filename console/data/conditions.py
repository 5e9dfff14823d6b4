"""The platform's time, and what is made to fail on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.phone.client import PhoneClient

TIMES: Final = 5
"""Requests that fail by one press of a button. Clients try again, so one alone would hardly be seen."""

FAULTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "S3 cannot be written": ("aws", {"match": "s3.PutObject", "status": 503}),
    "DynamoDB throttles": ("aws", {"match": "dynamodb", "status": 429}),
    "The bus takes no events": ("aws", {"match": "events.PutEvents", "status": 500}),
    "AWS is late by 2 s": ("aws", {"match": "dynamodb", "status": 200, "delaySeconds": 2}),
    "Twilio's REST API is down": ("twilio", {"match": "https://", "status": 503}),
    "Twilio throttles": ("twilio", {"match": "https://", "status": 429}),
}
"""What can be made to fail: whose requests, and which."""

SPANS: Final = {"1 minute": 60, "1 hour": 3600, "1 day": 86_400, "1 week": 604_800}
"""How far the clock can be moved, in seconds."""


@dataclass(frozen=True)
class Conditions:
    """The platform's time (ISO 8601), the seconds it is ahead, and how many requests are still to fail."""

    now: str
    ahead: float
    failing: int


def conditions(client: PhoneClient) -> Conditions:
    """Return the conditions now."""
    clock = client.request("GET", "/clock")
    pending = [fault for place in ("aws", "twilio") for fault in client.request("GET", f"/{place}/faults")]
    failing = sum(int(fault["times"]) for fault in pending)
    return Conditions(str(clock["now"]), float(clock["offsetSeconds"]), failing)


def let_pass(client: PhoneClient, span: str) -> Sequence[str]:
    """Move the clock, and return the scheduled functions that ran."""
    ran: Sequence[str] = client.request("POST", "/clock", {"advanceSeconds": SPANS[span]})["schedulesRun"]
    return ran


def let_fail(client: PhoneClient, fault: str) -> None:
    """Let the next `TIMES` requests of a kind fail."""
    place, fields = FAULTS[fault]
    client.request("POST", f"/{place}/faults", {**fields, "times": TIMES})


def end_faults(client: PhoneClient) -> None:
    """Let nothing fail any more."""
    for place in ("aws", "twilio"):
        client.request("DELETE", f"/{place}/faults")

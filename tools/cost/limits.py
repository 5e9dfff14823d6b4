"""Which quota a rate meets first, and the setting that moves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.cost.files import quotas
from tools.cost.price import TWILIO_CALL_MS, duration_ms

RATES: Final = (10, 1_000, 100_000)
"""How many a minute."""

SENT: Final[Mapping[str, int]] = {"survey-sms": 5, "message": 1}
"""Text messages that one of them sends."""

STARTED: Final[Mapping[str, int]] = {"survey-voice": 1}
"""Calls that one of them starts."""

_BY_KEY: Final = frozenset({"survey-sms", "survey-voice", "message"})
_EVENTS: Final = "EventStreamReceive"


@dataclass(frozen=True)
class Load:
    """How much of a quota a rate takes."""

    quota: str
    demand: float

    @property
    def share(self) -> float:
        """The demand as a share of the limit; above 1 it does not fit."""
        return self.demand / quotas()[self.quota].limit


def loads(name: str, take: Mapping[str, Any], per_minute: float) -> list[Load]:
    """Return how much of each quota a rate of a scenario takes, the fullest first.

    Parameters
    ----------
    name
        The scenario.
    take
        What was measured of it.
    per_minute
        How many of them a minute, evenly.
    """
    rate = per_minute / 60
    functions: Mapping[str, Mapping[str, Any]] = take["functions"]
    seconds = sum(one["invocations"] * duration_ms(one) for one in functions.values()) / 1000
    running = seconds * rate
    batches = functions.get(_EVENTS, {}).get("invocations", 0)
    invocations = sum(one["invocations"] for one in functions.values())
    demands = {
        "apiSetting": (take["requests"] - batches) * rate,
        "eventStreamSetting": batches * rate,
        "apiGateway": take["requests"] * rate,
        "lambda": running,
        # Whoever begins at once starts all environments together, and each reads a secret.
        "ssm": running,
        "tableWrites": take["writeUnits"] * rate,
        "putEvents": take["aws"].get("events.PutEvents", 0) * rate,
        "deliveries": (invocations - take["requests"]) * rate,
        "twilioRest": sum(one["twilioCalls"] for one in functions.values()) * rate * TWILIO_CALL_MS / 1000,
        "mps": SENT.get(name, 0) * rate,
        "cps": STARTED.get(name, 0) * rate,
    }
    if name in _BY_KEY:
        demands |= {"keySetting": per_minute, "partitionWrites": rate}
    found = [Load(quota, demand) for quota, demand in demands.items() if demand]
    return sorted(found, key=lambda load: (-load.share, load.quota))


def most_per_minute(name: str, take: Mapping[str, Any]) -> dict[str, float]:
    """Return how many a minute each quota allows, the lowest first."""
    return {load.quota: 1 / load.share for load in loads(name, take, 1)}

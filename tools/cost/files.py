"""The dated files: prices, quotas, what was measured, and what was counted of the samples."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Price:
    """A price in dollars for so many of something."""

    usd: float
    per: float
    what: str
    source: str
    seen: str = ""

    def of(self, number: float) -> float:
        """Return what a number of them costs, in dollars."""
        return self.usd * number / self.per


@dataclass(frozen=True)
class Quota:
    """A limit of AWS, of Twilio or of the stack, and the setting that moves it."""

    what: str
    limit: float
    moves: str
    source: str


@dataclass(frozen=True)
class Sample:
    """What one of a scenario takes of the sample that a feature replaces."""

    name: str
    source: str
    runsOn: str  # noqa: N815 - the file's name for it
    requests: int
    invocations: int
    twilioCalls: int  # noqa: N815
    s3Gets: int = 0  # noqa: N815
    s3Puts: int = 0  # noqa: N815
    events: int = 0
    logBytes: int = 0  # noqa: N815


def read(name: str) -> dict[str, Any]:
    """Return a file's JSON."""
    content: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return content


@cache
def prices() -> Mapping[str, Price]:
    """Return the prices by name."""
    return {name: Price(**fields) for name, fields in read("prices.json")["prices"].items()}


@cache
def quotas() -> Mapping[str, Quota]:
    """Return the quotas by name."""
    return {name: Quota(**fields) for name, fields in read("quotas.json")["quotas"].items()}


@cache
def samples() -> Mapping[str, Sample]:
    """Return the samples by the scenario that they were run through."""
    return {name: Sample(**fields) for name, fields in read("samples.json")["samples"].items()}

"""The tables of costs and limits, as rows of text."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tools.cost.files import prices, quotas, read, samples
from tools.cost.limits import RATES, loads, most_per_minute
from tools.cost.price import SERVICES, amounts, dollars, sample_amounts
from tools.cost.scenarios import SCENARIOS
from tools.cost.standing import monthly

Rows = Sequence[Sequence[str]]

_LITTLE: Final = 0.01
_TWILIO: Final = frozenset({"cps", "mps", "twilioRest"})


def measured() -> dict[str, Any]:
    """Return what was measured."""
    return read("measured.json")


def costs() -> dict[str, dict[str, float]]:
    """Return what a thousand of each scenario cost, in dollars, by service."""
    taken = measured()["scenarios"]
    return {one.name: dollars(amounts(taken[one.name])) for one in SCENARIOS}


def cost_rows() -> Iterator[Sequence[str]]:
    """Yield what a thousand cost, by service."""
    yield ("a thousand", "in all", *SERVICES)
    for one in SCENARIOS:
        parts = costs()[one.name]
        yield (one.title, f"${sum(parts.values()):.3f}", *(_dollars(parts[name]) for name in SERVICES))


def taken_rows() -> Iterator[Sequence[str]]:
    """Yield what one of each takes."""
    yield (
        *("one of", "what happens", "requests", "invocations", "AWS calls", "Twilio calls"),
        *("write units", "read units", "CPU ms", "log KB"),
    )
    for one in SCENARIOS:
        take = measured()["scenarios"][one.name]
        functions = take["functions"].values()
        cpu = sum(function["cpuMs"] * function["invocations"] for function in functions)
        yield (
            one.title,
            one.happens,
            str(take["requests"]),
            str(sum(function["invocations"] for function in functions)),
            str(sum(take["aws"].values())),
            str(sum(function["twilioCalls"] for function in functions)),
            str(take["writeUnits"]),
            str(take["readUnits"]),
            f"{cpu:.0f}",
            f"{take['logBytes'] / 1024:.1f}",
        )


def sample_rows() -> Iterator[Sequence[str]]:
    """Yield each scenario beside the sample that it replaces."""
    yield (
        *("", "invocations", "sample's", "S3 calls", "sample's", "events", "sample's"),
        *("Twilio calls", "sample's", "a thousand", "sample's"),
    )
    for one in SCENARIOS:
        sample = samples().get(one.name)
        if sample is None:
            continue
        take = measured()["scenarios"][one.name]
        functions = take["functions"].values()
        is_on_aws = sample.runsOn == "aws"
        theirs = f"${sum(dollars(sample_amounts(sample)).values()):.3f}" if is_on_aws else "no AWS"
        yield (
            one.title,
            str(sum(function["invocations"] for function in functions)),
            str(sample.invocations),
            str(sum(number for name, number in take["aws"].items() if name.startswith("s3."))),
            str(sample.s3Gets + sample.s3Puts),
            str(take["aws"].get("events.PutEvents", 0)),
            str(sample.events),
            str(sum(function["twilioCalls"] for function in functions)),
            str(sample.twilioCalls),
            f"${sum(costs()[one.name].values()):.3f}",
            theirs,
        )


def standing_rows() -> Iterator[Sequence[str]]:
    """Yield what stands, by the month."""
    yield ("by the month", "$")
    parts = monthly(measured())
    for name, cost in parts.items():
        yield (name, f"{cost:.2f}")
    yield ("in all", f"{sum(parts.values()):.2f}")


def limit_rows() -> Iterator[Sequence[str]]:
    """Yield which quota each rate meets first, and how full it is."""
    yield ("", *(f"{rate:,} a minute" for rate in RATES), "AWS's first", "Twilio's first")
    for one in SCENARIOS:
        take = measured()["scenarios"][one.name]
        yield (
            one.title,
            *(_first(one.name, take, rate) for rate in RATES),
            _most(one.name, take, is_twilio=False),
            _most(one.name, take, is_twilio=True),
        )


def quota_rows() -> Iterator[Sequence[str]]:
    """Yield the quotas and the settings that move them."""
    yield ("name", "quota", "default", "what moves it")
    for name, quota in quotas().items():
        source = quota.source
        what = f"[{quota.what}]({source})" if source.startswith("https://") else quota.what
        yield (f"`{name}`", what, f"{quota.limit:,g}", quota.moves)


def price_rows() -> Iterator[Sequence[str]]:
    """Yield the prices, with their pages."""
    yield ("price", "$", "for")
    for price in prices().values():
        seen = f", seen at [a page that quotes it]({price.seen})" if price.seen else ""
        yield (f"[{price.what}]({price.source}){seen}", _plain(price.usd), f"{price.per:,.0f}")


def _plain(number: float) -> str:
    """Return a number without an exponent, which few people read."""
    return f"{Decimal(repr(number)).normalize():f}"


def _first(name: str, take: Mapping[str, Any], rate: float) -> str:
    first, *_ = loads(name, take, rate)
    full = _full(first.share)
    beyond = sum(load.share >= 1 for load in loads(name, take, rate))
    more = f", {beyond - 1} more" if beyond > 1 else ""
    return f"`{first.quota}` {full}{more}" if first.share < 1 else f"**`{first.quota}` {full}**{more}"


def _full(share: float) -> str:
    if share < _LITTLE:
        return "under 1%"
    return f"{share:.0%}" if share < 1 else f"{share:,.1f} times"


def _most(name: str, take: Mapping[str, Any], *, is_twilio: bool) -> str:
    found = {
        quota: most for quota, most in most_per_minute(name, take).items() if (quota in _TWILIO) == is_twilio
    }
    if not found:
        return "none"
    quota, most = next(iter(found.items()))
    return f"`{quota}` from {most:,.0f} a minute"


def _dollars(amount: float) -> str:
    return f"{amount:.3f}" if amount else "0"

"""The SIP router's part of ``switchboard bench``: what a call costs with 10, 1,000 and 100,000 routes."""

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from local.platform import Platform
from local.template.parameters import SIP_DOMAIN
from sip_router.domain.route_table import RouteTable
from tools.caller import Caller
from tools.sip_map.admin_client import AdminRoutes

HEADS = ("a call to the SIP domain", "match alone, µs", "AWS calls", "CPU ms")

_SIZES = (10, 1_000, 100_000)
_CALLS = 40
_STALE_SECONDS = 6


def run(platform: Platform) -> list[tuple[str, str, str, str]]:
    """Publish maps of three sizes, call, and return a row for each size and state of the map in memory.

    CPU time is the median of the function's own. The first call after a publish loads the whole map; every
    later one only asks whether it is still live, and most not even that.
    """
    bench = _Bench(platform)
    rows = []
    for size in _SIZES:
        data = route_table(size)
        addresses = _addresses(size)
        bench.publish(data)
        match = f"{_match_microseconds(data, addresses):.2f}"
        loading = bench.costs(addresses[:1])
        fresh = bench.costs(addresses)
        asking = bench.costs(addresses[: _CALLS // 4], stale=True)
        rows += [
            (f"{size:,} routes, map in memory", match, *_medians(fresh)),
            (f"{size:,} routes, live pointer read again", match, *_medians(asking)),
            (f"{size:,} routes, first call after a publish", match, *_medians(loading)),
        ]
    return rows


def route_table(size: int) -> dict[str, Any]:
    """Return a map: of ten routes seven are exact, two are prefixes, one a pattern; at most 50 of those."""
    routes = []
    for number in range(size):
        kind = "pattern" if number % 10 == 9 and number < 500 else "prefix" if number % 5 == 3 else "exact"
        address = {"exact": f"+49{number:08}", "prefix": f"+44{number:06}*", "pattern": f"^8{number}[0-9]+$"}[
            kind
        ]
        destination = f"sip:{number}@pbx.example.com"
        routes.append({"address": address, "comment": "", "type": "dial-sip", "destination": destination})
    return {"routes": routes, "default": {"type": "say", "destination": "Nobody is there."}}


def _addresses(size: int) -> list[str]:
    """Return addresses that take every kind of route, the default among them, from all over the map."""
    step = max(size // _CALLS, 1)
    kinds = ("+49{:08}", "+44{:06}123", "8{}77", "+33{}")
    return [kinds[number % 4].format(number * step % size) for number in range(_CALLS)]


def _match_microseconds(data: Mapping[str, Any], addresses: Sequence[str]) -> float:
    routes = RouteTable(data)
    rounds = []
    for _ in range(25):
        started = time.perf_counter()
        for address in addresses:
            routes.match(address)
        rounds.append((time.perf_counter() - started) / len(addresses))
    return statistics.median(rounds) * 1e6


def _medians(records: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    calls = statistics.mode(tuple(record["aws"]) for record in records)
    return ", ".join(calls) or "none", f"{statistics.median(record['cpuMs'] for record in records):.1f}"


class _Bench:
    """Publishes maps and calls, and reads what that cost."""

    def __init__(self, platform: Platform) -> None:
        self._account_sid = platform.account_sid
        self._caller = Caller(platform)
        self._admin = AdminRoutes(platform.base_url, platform.flex_tokens["admin"])

    def publish(self, data: Mapping[str, Any]) -> None:
        """Make a map live, for the next call."""
        saved = self._admin.ask("update", data=data, version=self._admin.ask("list")["version"])
        self._admin.ask("publish", buildSid=saved["buildSid"])
        self._grow_stale()

    def costs(self, addresses: Sequence[str], *, stale: bool = False) -> list[dict[str, Any]]:
        """Call addresses one after another and return the records of the invocations."""
        before = len(self._records())
        for address in addresses:
            if stale:
                self._grow_stale()
            self._call(address)
        return self._records()[before:]

    def _call(self, address: str) -> None:
        form = {
            "AccountSid": self._account_sid,
            "CallSid": "CA" + "0" * 32,
            "From": f"sip:bench@{SIP_DOMAIN}",
            "To": f"sip:{address}@{SIP_DOMAIN}",
        }
        self._caller.signed_post("/inbound-sip-router", form)

    def _records(self) -> list[dict[str, Any]]:
        return self._caller.invocations("SipInbound")

    def _grow_stale(self) -> None:
        self._caller.local("POST", "/clock", {"advanceSeconds": _STALE_SECONDS})

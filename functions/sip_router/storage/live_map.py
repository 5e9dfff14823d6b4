"""The live route table in memory: fresh for some seconds, and kept while DynamoDB or S3 fail."""

import time
from dataclasses import dataclass
from typing import Final

from sip_router.domain.route_table import RouteTable
from sip_router.settings import settings
from sip_router.storage.live_pointer import read_pointer
from sip_router.storage.seed import read_seed
from switchboard.cache import Cache
from switchboard.deadline import within
from switchboard.errors import ServiceUnavailable
from switchboard.log import count

# No pointer tells whether the seed has changed, so it is read again, but not often.
SEED_SECONDS: Final = 60.0
# A caller hears nothing while the route table is read.
READ_SECONDS: Final = 4.0
_KEY: Final = "live"


class NoRoutesError(ServiceUnavailable):
    """503: the route table cannot be read, and none is in memory."""

    def __init__(self) -> None:
        super().__init__("The SIP routes cannot be read. Try again later.")


@dataclass(frozen=True, slots=True)
class Live:
    """A version of the route table, ready to route by.

    Attributes
    ----------
    version : str
        Its SID, ZN…
    routes : RouteTable
        The route table.
    read_at : float
        When it was read, in seconds since the epoch.
    is_seed : bool
        Whether nothing has been saved yet.
    """

    version: str
    routes: RouteTable
    read_at: float
    is_seed: bool = False


def live_routes() -> Live:
    """Return the live route table.

    The pointer is read when it was last read more than ROUTES_FRESH_SECONDS ago: one DynamoDB read. If that
    fails, or if the new route table cannot be read, the one in memory is used.

    Raises
    ------
    NoRoutesError
        It fails and there is no route table in memory.
    """
    try:
        with within(READ_SECONDS):
            return _cache.get(_KEY)
    except Exception as error:
        count("SipRoutesMissing")
        raise NoRoutesError from error


def clear_live_routes() -> None:
    """Forget the route table, for a process whose environment has changed."""
    _cache.clear()


def _load(_key: str) -> Live:
    held = _cache.peek(_KEY)
    try:
        return _read(held)
    except Exception:
        if held is not None:
            count("SipRoutesStale")
        raise


def _read(held: Live | None) -> Live:
    now = time.time()
    pointer = read_pointer()
    if pointer is not None:
        if held is not None and held.version == pointer.sid:
            return held
        return Live(pointer.sid, RouteTable(pointer.read_route_table()), now)
    if held is not None and held.is_seed and 0 <= now - held.read_at < SEED_SECONDS:
        return held
    seed = read_seed()
    return Live(seed.version.sid, RouteTable(seed.data), now, is_seed=True)


# After any error of a new route table, the one in memory is used.
_cache: Final = Cache(_load, lambda: settings().routes_fresh_seconds, stale_on=(Exception,), size=1)

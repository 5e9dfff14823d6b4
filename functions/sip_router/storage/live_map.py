"""The live map in memory: what a call is routed by, without asking anybody while it is fresh."""

import time
from dataclasses import dataclass

from sip_router.domain.route_table import Routes
from sip_router.settings import settings
from sip_router.storage.body import decode
from sip_router.storage.live_pointer import read_body, read_pointer
from sip_router.store_seed import read_seed
from switchboard.log import count, logger

# A seed has no pointer that says whether it has changed, so it is read again, but not often.
SEED_SECONDS = 60.0


class NoRoutesError(Exception):
    """There is no map: it cannot be read, and none is in memory."""


@dataclass(frozen=True, slots=True)
class Live:
    """A version of the map, ready to route by.

    Attributes
    ----------
    version : str
        Its SID, ZN…
    routes : Routes
        The map.
    read_at : float
        When it was read, in seconds since the epoch.
    is_seed : bool
        Whether nothing has been saved yet.
    """

    version: str
    routes: Routes
    read_at: float
    is_seed: bool = False


_live: Live | None = None
_asked_at = 0.0


def live_routes() -> Live:
    """Return the live map.

    The pointer is read when it was last read more than ROUTES_FRESH_SECONDS ago: one DynamoDB read. If that
    fails the map in memory serves on, and DynamoDB is left alone for as long again.

    Raises
    ------
    NoRoutesError
        It fails and there is no map in memory.
    """
    global _live, _asked_at  # noqa: PLW0603  # an execution environment's memory is its module
    now = time.time()
    if _live is not None and 0 <= now - _asked_at < settings().routes_fresh_seconds:
        return _live
    try:
        _live = _read(_live, now)
    except Exception as error:  # whatever is wrong with the new map, the old one serves
        if _live is None:
            raise NoRoutesError from error
        logger.warning("The live routes cannot be read; the last known serve", exc_info=error)
        count("SipRoutesStale")
    _asked_at = now
    return _live


def forget() -> None:
    """Forget the map, for a process whose environment has changed."""
    global _live, _asked_at
    _live, _asked_at = None, 0.0


def _read(held: Live | None, now: float) -> Live:
    pointer = read_pointer()
    if pointer is None:
        return _seed(held, now)
    if held is not None and held.version == pointer.version:
        return held
    body = pointer.body if pointer.body is not None else read_body(pointer.key)
    return Live(pointer.version, Routes(decode(body)), now)


def _seed(held: Live | None, now: float) -> Live:
    if held is not None and held.is_seed and 0 <= now - held.read_at < SEED_SECONDS:
        return held
    seed = read_seed()
    return Live(seed.version.sid, Routes(seed.data), now, is_seed=True)

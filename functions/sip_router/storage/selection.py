"""Versions by what a caller calls them: "live", "latest", or a SID."""

from functools import cached_property
from typing import Any

from sip_router.domain.version import Version
from sip_router.storage import versions
from sip_router.storage.live_pointer import read_pointer
from sip_router.store_seed import Seed, read_seed
from switchboard.errors import NotFound


class Selected:
    """A version and, when it is asked for, its map.

    Parameters
    ----------
    version : Version
        A version that is stored, or the seed's.
    seed : Seed, optional
        The seed, if the version is not stored yet.
    """

    def __init__(self, version: Version, seed: Seed | None = None) -> None:
        self.version = version
        self.seed = seed

    @cached_property
    def data(self) -> Any:
        """The map."""
        return self.seed.data if self.seed else versions.load(self.version)

    def is_live(self) -> bool:
        """Tell whether calls are routed by this version now."""
        if self.version.deployment is None:
            return False
        pointer = read_pointer()
        return pointer is None or pointer.version == self.version.sid


def select_latest() -> Selected:
    """Return the newest version: the seed where nothing was ever saved."""
    version = versions.latest()
    return Selected(version) if version else _seed()


def select(name: str) -> Selected:
    """Return the version of a name.

    Parameters
    ----------
    name : str
        "live", "latest", a version's SID (ZN…) or a build's (ZB…).

    Raises
    ------
    NotFound
        There is no such version.
    """
    if name == "latest":
        return select_latest()
    if name == "live":
        pointer = read_pointer()
        if pointer is None:
            return _seed()
        name = pointer.version
    version = versions.find(name)
    if version:
        return Selected(version)
    if versions.latest() is None:
        seed = _seed()
        if name in {seed.version.sid, seed.version.build_sid}:
            return seed
    raise NotFound("There is no such version.")


def _seed() -> Selected:
    seed = read_seed()
    return Selected(seed.version, seed)

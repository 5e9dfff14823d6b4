"""Noticing edits: files are looked at a few times a second, which works on every disk."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.config_files import files_below

_SECONDS = 0.4
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """Directories and what to do with the paths below them that were edited, added or removed."""

    directories: Sequence[Path]
    on_change: Callable[[Sequence[Path]], None]


class Watcher:
    """Watches directories in a thread of its own.

    Parameters
    ----------
    watched
        What to look at.
    """

    def __init__(self, watched: Sequence[Watched]) -> None:
        self._watched = [(item, files_below(item.directories)) for item in watched]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="watch")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(_SECONDS):
            for index, (item, before) in enumerate(self._watched):
                try:
                    now = files_below(item.directories)
                    changed = _difference(before, now)
                    if changed:
                        item.on_change(changed)
                    self._watched[index] = (item, now)
                except Exception:  # noqa: BLE001
                    # Half-written files and a bucket that has just gone are tried again at the next look.
                    _LOG.debug("could not follow an edit", exc_info=True)


def _difference(before: Mapping[Path, tuple[int, int]], now: Mapping[Path, tuple[int, int]]) -> list[Path]:
    return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))

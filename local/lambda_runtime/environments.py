"""The execution environments of all functions: started when needed, kept warm, replaced after a change."""

import threading
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from local.lambda_runtime.concurrency import ThrottledError
from local.lambda_runtime.environment import Environment


@dataclass
class _Use:
    """An invocation's hold on an environment."""

    generation: int
    changed: list[tuple[str, str]] = field(default_factory=list)
    """Bucket and key of each object of S3 that has changed meanwhile."""


class Environments:
    """Execution environments; methods may be called from any thread.

    Parameters
    ----------
    start
        Starts an environment of the function of that name.
    kept
        The most environments, idle ones included.
    """

    def __init__(self, start: Callable[[str], Environment], kept: int) -> None:
        self._start = start
        self._kept = kept
        self._lock = threading.Lock()
        self._idle: list[tuple[str, Environment]] = []  # least recently used first
        self._busy: dict[Environment, _Use] = {}
        self._starting = 0
        self._generations: Counter[str] = Counter()  # how often a function was replaced
        self._stopped = False

    def acquire(self, name: str) -> tuple[Environment, bool]:
        """Return an environment of a function for one invocation, and whether it is a new one.

        Raises
        ------
        ThrottledError
            If the platform has been stopped.
        EnvironmentEndedError
            If it could not be started.
        """
        with self._lock:
            if self._stopped:
                raise ThrottledError
            use = _Use(self._generations[name])
            warm = self._take_idle(name)
            if warm is not None:
                self._busy[warm] = use
                return warm, False
            if self._alive() >= self._kept:
                self._idle.pop(0)[1].close()
            self._starting += 1
        started: Environment | None = None
        try:
            started = self._start(name)
        finally:
            with self._lock:
                self._starting -= 1
                if started is not None:
                    self._busy[started] = use
        return started, True

    def release(self, name: str, environment: Environment, *, usable: bool) -> None:
        """Keep an environment for later invocations, unless it is out of date or no longer usable."""
        with self._lock:
            use = self._busy.pop(environment)
            outdated = use.generation != self._generations[name] or any(
                environment.objects_read.include(bucket, key) for bucket, key in use.changed
            )
            if usable and not outdated and not self._stopped:
                self._idle.append((name, environment))
            elif usable:
                environment.close()

    def are_idle(self) -> bool:
        """Tell whether no invocation is under way."""
        with self._lock:
            return not self._busy and not self._starting

    def replace(self, names: Set[str]) -> None:
        """Replace all environments of some functions by new ones."""
        with self._lock:
            self._generations.update(names)
            self._close_idle(lambda name, _: name in names)

    def replace_readers(self, bucket: str, key: str) -> None:
        """Replace the environments that have read an object of S3, which has changed, by new ones.

        Functions keep in memory for some time what they read; here a new file is to be used at once.
        """
        with self._lock:
            for use in self._busy.values():
                use.changed.append((bucket, key))
            self._close_idle(lambda _, environment: environment.objects_read.include(bucket, key))

    def stop(self) -> None:
        """Start no environment any more, and close those that are idle."""
        with self._lock:
            self._stopped = True
            self._close_idle(lambda *_: True)

    def _take_idle(self, name: str) -> Environment | None:
        for index in reversed(range(len(self._idle))):
            if self._idle[index][0] == name:
                return self._idle.pop(index)[1]
        return None

    def _close_idle(self, closes: Callable[[str, Environment], bool]) -> None:
        kept = []
        for name, environment in self._idle:
            if closes(name, environment):
                environment.close()
            else:
                kept.append((name, environment))
        self._idle = kept

    def _alive(self) -> int:
        return len(self._idle) + len(self._busy) + self._starting

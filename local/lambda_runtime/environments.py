"""The execution environments of all functions: started when needed, kept warm, replaced after a change."""

import threading
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from local.lambda_runtime.environment import Environment, EnvironmentEndedError
from local.timeouts import scaled

_WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class Concurrency:
    """How many execution environments there are, over all functions.

    Parameters
    ----------
    running
        The most invocations at one time; one more waits until another has ended.
    kept
        The most environments, idle ones included. Several times as many as may run: what has to be ended
        for another costs a cold start each time.
    """

    running: int = 12
    kept: int = 36


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
    concurrency
        How many environments there may be.
    """

    def __init__(self, start: Callable[[str], Environment], concurrency: Concurrency) -> None:
        self._start = start
        self._concurrency = concurrency
        self._condition = threading.Condition()
        self._idle: list[tuple[str, Environment]] = []  # least recently used first
        self._busy: dict[Environment, _Use] = {}
        self._starting = 0
        self._generations: Counter[str] = Counter()  # how often a function was replaced
        self._stopped = False

    def acquire(self, name: str) -> tuple[Environment, bool]:
        """Return an environment of a function for one invocation, and whether it is a new one.

        Raises
        ------
        EnvironmentEndedError
            If too many are running for too long, or it could not be started.
        """
        with self._condition:
            ready = self._condition.wait_for(lambda: self._stopped or self._has_room(), scaled(_WAIT_SECONDS))
            if self._stopped or not ready:
                raise EnvironmentEndedError(
                    "throttled", {"errorType": "TooManyRequestsException", "errorMessage": "Rate Exceeded."}
                )
            use = _Use(self._generations[name])
            warm = self._take_idle(name)
            if warm is not None:
                self._busy[warm] = use
                return warm, False
            if self._alive() >= self._concurrency.kept:
                self._idle.pop(0)[1].close()
            self._starting += 1
        started: Environment | None = None
        try:
            started = self._start(name)
        finally:
            with self._condition:
                self._starting -= 1
                if started is not None:
                    self._busy[started] = use
                self._condition.notify_all()
        return started, True

    def release(self, name: str, environment: Environment, *, usable: bool) -> None:
        """Keep an environment for later invocations, unless it is out of date or no longer usable."""
        with self._condition:
            use = self._busy.pop(environment)
            outdated = use.generation != self._generations[name] or any(
                environment.objects_read.include(bucket, key) for bucket, key in use.changed
            )
            if usable and not outdated and not self._stopped:
                self._idle.append((name, environment))
            elif usable:
                environment.close()
            self._condition.notify_all()

    def are_idle(self) -> bool:
        """Tell whether no invocation is under way."""
        with self._condition:
            return not self._busy and not self._starting

    def replace(self, names: Set[str]) -> None:
        """Replace all environments of some functions by new ones."""
        with self._condition:
            self._generations.update(names)
            self._close_idle(lambda name, _: name in names)

    def replace_readers(self, bucket: str, key: str) -> None:
        """Replace the environments that have read an object of S3, which has changed, by new ones.

        Functions keep in memory for some time what they read; here a new file is to be used at once.
        """
        with self._condition:
            for use in self._busy.values():
                use.changed.append((bucket, key))
            self._close_idle(lambda _, environment: environment.objects_read.include(bucket, key))

    def stop(self) -> None:
        """Start no environment any more, and close those that are idle."""
        with self._condition:
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
        self._condition.notify_all()

    def _has_room(self) -> bool:
        return len(self._busy) + self._starting < self._concurrency.running

    def _alive(self) -> int:
        return len(self._idle) + len(self._busy) + self._starting

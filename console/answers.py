"""What AWS and the platform were asked, kept for seconds, so that several pages do not ask the same."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

T = TypeVar("T")

_THREADS: Final = 16
_KEPT_SECONDS: Final = 3600
"""After which an answer is forgotten, whether it may still be given or not: there are as many as calls."""


class Answers:
    """Answers by name; one that is being looked up is waited for, not looked up twice."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}
        self._pending: dict[str, asyncio.Future[Any]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, "console")

    async def get(self, name: str, load: Callable[[], T], seconds: float) -> T:
        """Return an answer that is not older than so many seconds, looked up in a thread where there is none.

        What `load` raises is raised here, and is not kept.
        """
        at, answer = self._kept.get(name, (-seconds, None))
        if time.monotonic() - at < seconds:
            kept: T = answer
            return kept
        pending: asyncio.Future[T] | None = self._pending.get(name)
        if pending is None:
            pending = asyncio.get_running_loop().run_in_executor(self._threads, load)
            self._pending[name] = pending
            pending.add_done_callback(lambda done: self._keep(name, done))
        return await asyncio.shield(pending)

    async def do(self, work: Callable[[], T], *changed: str) -> T:
        """Do work in a thread, and forget the answers that it changes, also if it fails."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            for name in changed:
                self.forget(name)

    def forget(self, name: str) -> None:
        """Let the next `get` look up an answer again, even if one is being looked up now."""
        self._kept.pop(name, None)
        self._pending.pop(name, None)

    def close(self) -> None:
        """Begin no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _keep(self, name: str, done: "asyncio.Future[Any]") -> None:
        failed = done.cancelled() or done.exception() is not None  # which also marks it as seen
        if self._pending.get(name) is done:
            del self._pending[name]
            if not failed:
                now = time.monotonic()
                self._kept = {one: kept for one, kept in self._kept.items() if now - kept[0] < _KEPT_SECONDS}
                self._kept[name] = (now, done.result())

"""Background work of the stand-in, such as status callbacks: in order for each call or message."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from local.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Callable


class OrderedTasks:
    """Runs tasks in the background; those with the same key one after another, in order."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Callable[[], object]]] = {}

    def run(self, key: str, task: Callable[[], object]) -> None:
        """Run a task once all earlier ones with this key are done."""
        with self._changed:
            queue = self._waiting.get(key)
            if queue is not None:
                queue.append(task)
                return
            self._waiting[key] = deque([task])
        threading.Thread(target=self._work, args=(key,), daemon=True, name=f"tasks {key}").start()

    def wait(self, seconds: float, key: str | None = None) -> bool:
        """Wait until all tasks (with this key) are done; False if that takes longer than ``seconds``."""

        def done() -> bool:
            return key not in self._waiting if key is not None else not self._waiting

        with self._changed:
            return self._changed.wait_for(done, scaled(seconds))

    def is_idle(self) -> bool:
        """Whether all tasks are done."""
        return self.wait(0)

    def _work(self, key: str) -> None:
        while True:
            with self._changed:
                queue = self._waiting[key]
                if not queue:
                    del self._waiting[key]
                    self._changed.notify_all()
                    return
                task = queue.popleft()
            try:
                task()
            except Exception as error:  # noqa: BLE001  # one failed task must not hold up the next
                print(f"A task of the Twilio stand-in failed: {error!r}")

"""A phone of the console: what is new on it, once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from console.data.phone import LATEST, ConsolePhone


class Platform:
    """A platform on which a phone has texts; two questions meet before either is answered, where they can."""

    def __init__(self, texts: int) -> None:
        self._texts = texts
        self._meeting = threading.Barrier(2)

    def events(self, after: int, _phone: str) -> dict[str, Any]:
        try:
            self._meeting.wait(0.2)
        except threading.BrokenBarrierError:
            self._meeting.reset()
        numbers = range(after + 1, self._texts + 1)
        texts = [
            {"seq": n, "kind": "text", "sid": f"SM{n}", "body": str(n), "direction": "inbound"}
            for n in numbers
        ]
        return {"events": texts, "last": self._texts}


class Restarted(Platform):
    """A platform that is stopped and started anew: its events are numbered from 1 again."""

    def __init__(self, texts: int) -> None:
        super().__init__(texts)
        self.is_stopped = False
        self.behaviours: list[str] = []

    def events(self, after: int, _phone: str) -> dict[str, Any]:
        if self.is_stopped:
            raise ConnectionRefusedError
        found = super().events(after, _phone)
        return {**found, "last": found["events"][-1]["seq"] if found["events"] else after}

    def behave(self, _phone: str, calls: str) -> None:
        self.behaviours.append(calls)

    def start_anew(self, texts: int) -> None:
        self.is_stopped, self._texts = False, texts


def phone(texts: int) -> ConsolePhone:
    platform: Any = Platform(texts)
    return ConsolePhone(platform, "+12025550142")


def test_what_two_ask_for_at_once_is_new_once() -> None:
    asked = phone(1)
    with ThreadPoolExecutor() as threads:
        found = [news.texts for news in threads.map(lambda _: asked.news(), range(2))]
    assert sorted(map(len, found)) == [0, 1]


def test_the_latest_of_a_long_history_is_shown() -> None:
    texts = phone(LATEST + 50).news().texts
    assert [texts[0].words, texts[-1].words, len(texts)] == ["51", str(LATEST + 50), LATEST]


def test_a_platform_that_was_started_anew_is_followed_from_its_beginning() -> None:
    platform: Any = Restarted(9)
    asked = ConsolePhone(platform, "+12025550142")
    asked.news()
    platform.is_stopped = True
    with pytest.raises(ConnectionRefusedError):
        asked.news()
    platform.start_anew(2)
    assert [line.words for line in asked.news().texts] == ["1", "2"]
    assert platform.behaviours == ["ring"]
    assert not asked.news().texts


def test_a_platform_that_only_was_late_tells_nothing_twice() -> None:
    platform: Any = Restarted(9)
    asked = ConsolePhone(platform, "+12025550142")
    asked.news()
    platform.is_stopped = True
    with pytest.raises(ConnectionRefusedError):
        asked.news()
    platform.start_anew(10)
    assert [line.words for line in asked.news().texts] == ["10"]
    assert platform.behaviours == []

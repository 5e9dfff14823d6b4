"""A phone of the console: what is new on it, once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

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

"""Answers that are kept for seconds: looked up once, also by several pages at once."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from console.answers import Answers


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    yield made
    made.close()


class Source:
    """Counts how often it is asked, and can be made to wait or to fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.error: Exception | None = None

    def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        assert self.may_answer.wait(10)
        if self.error:
            raise self.error
        return number


def test_an_answer_is_kept_for_its_time(answers: Answers) -> None:
    source = Source()

    async def twice(seconds: float) -> list[int]:
        return [await answers.get("name", source, seconds) for _ in range(2)]

    assert asyncio.run(twice(60)) == [1, 1]
    assert asyncio.run(twice(0)) == [2, 3]


def test_several_pages_at_once_ask_once(answers: Answers) -> None:
    source = Source()

    async def pages() -> list[int]:
        return await asyncio.gather(*(answers.get("name", source, 60) for _ in range(5)))

    assert asyncio.run(pages()) == [1] * 5


def test_a_failure_is_told_and_not_kept(answers: Answers) -> None:
    source = Source()
    source.error = OSError("away")

    async def ask() -> int:
        return await answers.get("name", source, 60)

    with pytest.raises(OSError, match="away"):
        asyncio.run(ask())
    source.error = None
    assert asyncio.run(ask()) == 2


def test_what_was_looked_up_before_a_change_is_not_kept_after_it(answers: Answers) -> None:
    source = Source()
    source.may_answer.clear()

    async def change_while_it_is_looked_up() -> tuple[int, int]:
        before = asyncio.ensure_future(answers.get("name", source, 60))
        await asyncio.sleep(0)
        answers.forget("name")
        source.may_answer.set()
        return await answers.get("name", source, 60), await before

    after, before = asyncio.run(change_while_it_is_looked_up())
    assert (after, before) == (2, 1)
    assert asyncio.run(_get(answers, source)) == 2


def test_work_that_fails_has_changed_something_all_the_same(answers: Answers) -> None:
    source = Source()
    asyncio.run(_get(answers, source))

    def fail() -> None:
        raise OSError("half done")

    async def work() -> None:
        await answers.do(fail, "name")

    with pytest.raises(OSError, match="half done"):
        asyncio.run(work())
    assert asyncio.run(_get(answers, source)) == 2


async def _get(answers: Answers, source: Callable[[], int]) -> int:
    return await answers.get("name", source, 60)


def test_an_answer_that_nobody_asks_for_any_more_is_forgotten(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.answers._KEPT_SECONDS", 0)
    source = Source()

    async def ask(name: str) -> int:
        return await answers.get(name, source, 60)

    assert [asyncio.run(ask(name)) for name in ("one", "two", "one", "one")] == [1, 2, 3, 3]

"""Places of invocations: first come, first served, and some for requests alone."""

import threading
from functools import partial

import pytest

from local.lambda_runtime.concurrency import Places, ThrottledError
from tests.support import eventually


def has_waiting(places: Places, number: int) -> bool:
    return places.waiting == number


def test_requests_get_their_places_in_the_order_in_which_they_came() -> None:
    places, served = Places(1), list[int]()

    def serve(number: int) -> None:
        with places.hold(is_background=False):
            served.append(number)

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(20)]
    with places.hold(is_background=False):
        for number, thread in enumerate(threads):
            thread.start()
            assert eventually(partial(has_waiting, places, number + 1))
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_events_leave_half_of_the_places_to_requests() -> None:
    places, may_end = Places(8), threading.Event()

    def work() -> None:
        with places.hold(is_background=True):
            may_end.wait()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    assert eventually(lambda: places.waiting == 6)
    with places.hold(is_background=False), places.hold(is_background=False):
        may_end.set()
    for thread in threads:
        thread.join()


def test_invocations_that_wait_are_refused_when_the_platform_stops() -> None:
    places, refused = Places(1), list[bool]()

    def wait() -> None:
        try:
            with places.hold(is_background=True):
                refused.append(False)
        except ThrottledError:
            refused.append(True)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    with places.hold(is_background=False):
        for thread in threads:
            thread.start()
        assert eventually(lambda: places.waiting == 3)
        places.stop()
        for thread in threads:
            thread.join()
    assert refused == [True] * 3
    with pytest.raises(ThrottledError), places.hold(is_background=False):
        pass

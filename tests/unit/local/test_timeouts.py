"""A slow machine lets no timeout run out; a delay that is announced does, by the client's clock."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.timeouts import client, held, hold_back
from tests.conftest import SCALED_TIME

Server = Callable[..., http.client.HTTPConnection]


@pytest.fixture
def connect() -> Iterator[Server]:
    """Return a function that serves a script and connects to it."""
    with contextlib.ExitStack() as started:

        def serve(
            script: Callable[[BaseHTTPRequestHandler], None], timeout: float = 0.5
        ) -> http.client.HTTPConnection:
            class Handler(BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def do_GET(self) -> None:
                    script(self)
                    with contextlib.suppress(BrokenPipeError):
                        self.send_response(200)
                        self.send_header("content-length", "0")
                        self.end_headers()

                def log_message(self, *arguments: object) -> None:
                    pass

            server = started.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            started.callback(server.shutdown)
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)
            started.callback(connection.close)
            connection.request("GET", "/")
            return connection

        yield serve


def announce(handler: BaseHTTPRequestHandler, seconds: float, *, then_fails: bool) -> None:
    handler.send_response_only(100, held(seconds, then_fails=then_fails))
    handler.end_headers()


def test_a_slow_answer_is_waited_for_beyond_the_timeout(connect: Server) -> None:
    connection = connect(lambda _: time.sleep(0.6))
    assert connection.getresponse().status == 200


def test_a_service_that_announces_its_silence_is_given_up_at_once(connect: Server) -> None:
    began, really_began = SCALED_TIME.monotonic(), time.perf_counter()
    gave_up = threading.Event()

    def is_silent(handler: BaseHTTPRequestHandler) -> None:
        announce(handler, 60, then_fails=True)
        gave_up.wait()

    connection = connect(is_silent)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    assert SCALED_TIME.monotonic() - began >= 0.5
    assert time.perf_counter() - really_began < 60
    gave_up.set()


@pytest.mark.parametrize("then_fails", [False, True])
def test_a_delay_that_the_client_outwaits_passes_in_full(connect: Server, then_fails: bool) -> None:
    began = SCALED_TIME.monotonic()

    def is_late(handler: BaseHTTPRequestHandler) -> None:
        announce(handler, 0.2, then_fails=then_fails)
        time.sleep(0.4)  # Longer than announced: the client may see the announcement late.

    connection = connect(is_late)
    assert connection.getresponse().status == 200
    assert SCALED_TIME.monotonic() - began >= 0.2


def test_a_delay_passes_in_full_also_for_a_client_that_learns_of_it_late(connect: Server) -> None:
    began = SCALED_TIME.monotonic()

    def is_late(handler: BaseHTTPRequestHandler) -> None:
        client.set(handler.connection)
        hold_back(0.4, threading.Event(), then_fails=False)

    connection = connect(is_late)
    time.sleep(0.3)
    assert connection.getresponse().status == 200
    assert SCALED_TIME.monotonic() - began >= 0.4


def test_a_request_that_is_carried_out_too_late_is_given_up_before(connect: Server) -> None:
    began, really_began = SCALED_TIME.monotonic(), time.perf_counter()
    carried_out = threading.Event()

    def is_late(handler: BaseHTTPRequestHandler) -> None:
        client.set(handler.connection)
        hold_back(60.5, threading.Event(), then_fails=False)
        carried_out.set()

    connection = connect(is_late, timeout=60)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    assert SCALED_TIME.monotonic() - began >= 60
    assert carried_out.wait(30)
    assert time.perf_counter() - really_began >= 0.5


def test_a_pause_passes_in_full() -> None:
    began = SCALED_TIME.monotonic()
    SCALED_TIME.sleep(0.05)
    assert SCALED_TIME.monotonic() - began >= 0.05


def test_computing_passes_in_full() -> None:
    began, cpu = SCALED_TIME.monotonic(), time.process_time()
    while time.process_time() < cpu + 0.05:
        pass
    assert SCALED_TIME.monotonic() - began >= 0.05

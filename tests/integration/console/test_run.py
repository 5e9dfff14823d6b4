"""`switchboard run` with its console, which starts, fails and ends beside the platform."""

import contextlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.command import COMMAND, SECONDS
from tests.integration.console.test_process import ask
from tests.processes import alive, descendants
from tests.support import eventually

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


class Running(NamedTuple):
    """The process, what it printed until it was ready, and where the platform answers."""

    process: subprocess.Popen[str]
    shown: str
    url: str

    @property
    def console(self) -> str:
        """The console's printed address."""
        return re.findall(r"http://\S+", self.shown)[0]


@contextlib.contextmanager
def running(*options: str) -> Iterator[Running]:
    with subprocess.Popen(
        [*COMMAND, "run", "--port", "0", *options],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in {"CONSOLE", "CONSOLE_PORT"}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            shown = ""
            while not (ready := re.search(r"ready \(.*\): (\S+)", shown)):
                line = process.stdout.readline()
                assert line, shown
                shown += line
            yield Running(process, shown, ready[1])
        finally:
            if process.poll() is None:
                process.kill()


def console_process(parent: int) -> int:
    """Return the process of the console below another."""
    found = [
        pid
        for pid in descendants(parent)
        if b"--attached" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    ]
    (pid,) = found
    return pid


def test_its_address_comes_first_and_answers_as_soon_as_it_is_printed() -> None:
    with running() as run:
        address = urlsplit(run.console)
        assert address.hostname == "127.0.0.1"
        assert address.query.startswith("token=")
        link = ask(run.url, "/_local/console")
        assert (link.status, link.header("location")) == (302, run.console)
        answer = ask(run.console, f"/?{address.query}")
        assert answer.status == 200
        cookie = answer.header("set-cookie").partition(";")[0]
        assert "Try it" in ask(run.console, "/try", Cookie=cookie).text
        assert ask(run.console, "/try").status == 403


def test_the_token_is_not_among_the_arguments_that_others_on_the_machine_can_read() -> None:
    with running() as run:
        token = urlsplit(run.console).query.removeprefix("token=").encode()
        assert ask(run.console, "/").status == 403  # it answers: its process is there
        for pid in descendants(run.process.pid):
            assert token not in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("answers", [True, False], ids=["after it answers", "while it starts"])
def test_it_ends_with_the_platform(number: signal.Signals, answers: bool) -> None:
    with running() as run:
        if answers:
            assert ask(run.console, "/").status == 403
        assert eventually(lambda: len(descendants(run.process.pid)) >= 2)
        below = descendants(run.process.pid)
        run.process.send_signal(number)
        output, _ = run.process.communicate(timeout=SECONDS)
        assert run.process.returncode == (-number if number == signal.SIGKILL else 0)
        assert "Traceback" not in output
        assert eventually(lambda: not alive(below))


def test_when_it_crashes_the_platform_says_so_and_goes_on() -> None:
    with running() as run:
        assert ask(run.console, "/").status == 403
        os.kill(console_process(run.process.pid), signal.SIGKILL)
        assert run.process.stdout is not None
        for line in run.process.stdout:
            if "console has ended" in line:
                break
        assert eventually(lambda: ask(run.url, "/_local/console").status == 404)
        assert ask(run.url, "/_local/health").status == 200
        with pytest.raises(OSError, match="refused"):
            ask(run.console, "/")
        run.process.terminate()
        assert run.process.wait(SECONDS) == 0


def test_it_can_be_left_out() -> None:
    with running("--no-console") as run:
        assert run.console == run.url
        assert ask(run.url, "/_local/console").status == 404
        assert not [
            pid
            for pid in descendants(run.process.pid)
            if b"console" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        ]


def test_a_port_of_its_own_that_is_taken_leaves_it_out_and_says_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running("--console-port", port) as run:
            assert f"port {port} (Address already in use)" in run.shown
            assert ask(run.url, "/_local/health").status == 200

"""`switchboard console` as a process: its address, who gets in, errors in one line, and its end."""

import contextlib
import http.client
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.http_messages import HttpResponse, as_headers
from local.platform import Platform
from tests.command import COMMAND, SECONDS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


@contextlib.contextmanager
def running(platform: Platform, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the console of the platform; gives the process and the printed address."""
    port = str(urlsplit(platform.base_url).port)
    with subprocess.Popen(
        [*COMMAND, "console", "--local", "--port", port, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
            assert found, line
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


def ask(address: str, path: str, **headers: str) -> HttpResponse:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return HttpResponse(answer.status, as_headers(answer.getheaders()), answer.read())


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "console", *words], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_an_address_lets_its_browser_in_and_ends_on_a_signal(
    platform: Platform, number: signal.Signals
) -> None:
    with running(platform) as (process, address):
        assert ask(address, "/health").status == 403
        answer = ask(address, f"/?{urlsplit(address).query}")
        assert answer.status == 200
        cookie = answer.header("set-cookie").partition(";")[0]
        page = ask(address, "/health", Cookie=cookie)
        assert page.status == 200
        link = ask(platform.base_url, "/_local/console")
        assert (link.status, link.header("location")) == (302, address)
        text = page.text
        assert '<html lang="en-US"' in text
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text)
        assert ask(address, "/static/console.css", Cookie=cookie).status == 200
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
    assert ask(platform.base_url, "/_local/console").status == 404


def test_it_is_on_this_machine_only(platform: Platform) -> None:
    with running(platform) as (_, address):
        port = urlsplit(address).port
        named = {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for host in named - {"127.0.0.1"}:
            with socket.socket() as outside:
                outside.settimeout(2)
                assert outside.connect_ex((host, port)) != 0
        assert ask(address, "/", Host="evil.example").status == 421


def test_a_port_that_is_taken_is_refused_in_one_line(platform: Platform) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        local = str(urlsplit(platform.base_url).port)
        done = command("--local", "--port", local, "--listen", port)
    assert done.returncode == 1
    assert done.stderr == f"port {port} is taken; choose another, or 0 for any free one: --listen\n"


def test_without_a_platform_it_says_what_to_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    done = command("--local", "--port", port)
    assert done.returncode == 1
    assert "start `make run`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_leaves_no_file_behind(platform: Platform) -> None:
    before = set(ROOT.iterdir())
    with running(platform) as (process, address):
        ask(address, f"/?{urlsplit(address).query}")
        process.terminate()
        process.wait(SECONDS)
    assert set(ROOT.iterdir()) - before <= {ROOT / ".hypothesis", ROOT / ".pytest_cache"}

"""`switchboard run` as a process: start message, signals, errors, and no process left behind."""

import base64
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from local.template.parameters import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    FLEX_NUMBER,
    SIP_DOMAIN,
    STUDIO_NUMBER,
    WORKSPACE_SID,
)
from tests.command import COMMAND, SECONDS
from tests.processes import alive, descendants
from tests.support import eventually
from tools.run.command import start_message

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
READY = "Switchboard is ready"


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@contextlib.contextmanager
def running(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the platform on a free port; gives the process and its base URL once it is ready."""
    port = free_port()
    with subprocess.Popen(
        [*COMMAND, "run"],
        cwd=ROOT,
        env={**os.environ, "PORT": port, "CONSOLE": "0", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            while READY not in (line := process.stdout.readline()):
                assert line, "it ended before it was ready"
            yield process, f"http://127.0.0.1:{port}"
        finally:
            if process.poll() is None:
                process.kill()


def health(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/_local/health", timeout=SECONDS) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def post(url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Send a form, or JSON to the platform itself, and return the JSON of the answer."""
    if "/_local/phone/" in url:
        body, content_type = json.dumps(fields), "application/json"
    else:
        body, content_type = urlencode(fields), "application/x-www-form-urlencoded"
    request = urllib.request.Request(url, body.encode(), {"Content-Type": content_type, **(headers or {})})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_without_an_error_although_requests_are_under_way(
    number: signal.Signals,
) -> None:
    with running() as (process, url):
        assert health(url)["status"] == "ready"
        stop_asking = threading.Event()

        def ask() -> None:
            while not stop_asking.wait(0.005):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{url}/sms/webhook", data=b"a=b", timeout=SECONDS).close()

        askers = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for asker in askers:
            asker.start()
        # The fork server, and an execution environment that it has forked.
        assert eventually(lambda: len(descendants(process.pid)) >= 2)
        below = descendants(process.pid)
        process.send_signal(number)
        output, _ = process.communicate(timeout=SECONDS)
        stop_asking.set()
        for asker in askers:
            asker.join()
        assert process.returncode == 0, output
        assert "Traceback" not in output
        assert eventually(lambda: not alive(below))


def test_the_start_message_names_the_numbers_to_call() -> None:
    with running() as (process, _):
        assert process.stdout is not None
        shown = "".join(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        for whom in (STUDIO_NUMBER, f"sip:4321@{SIP_DOMAIN}"):
            assert f"  call {whom} " in shown


def test_the_start_message_names_the_port_where_it_is_not_the_usual_one() -> None:
    with running() as (process, url):
        assert process.stdout is not None
        shown = "".join(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        assert f"  make phone PORT={url.rpartition(':')[2]}  " in shown
    assert "  make phone   " in start_message("http://127.0.0.1:3000", "key", 1)


def test_the_application_receives_the_events_of_conversations_without_a_further_command() -> None:
    """A customer who writes after the task has ended gets a new one."""
    with running() as (_, url):
        key = {"Authorization": f"Bearer {health(url)['apiKey']}"}
        fields = {"fromNumber": FLEX_NUMBER, "toNumber": "+12025550142", "toName": "Ada"}
        first = post(f"{url}/flex-initiate-outbound-sms-task", fields, key)["taskSid"]
        tasks = f"{url}/_local/twilio/api/taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/Tasks"
        account = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        post(f"{tasks}/{first}", {"AssignmentStatus": "canceled"}, {"Authorization": f"Basic {account}"})
        text = {"from": fields["toNumber"], "to": FLEX_NUMBER, "body": "One more question"}
        post(f"{url}/_local/phone/texts", text)

        def opened() -> list[str]:
            with urllib.request.urlopen(f"{url}/_local/taskrouter", timeout=SECONDS) as answer:
                return [task["sid"] for task in json.load(answer)["tasks"]]

        assert eventually(lambda: len(opened()) == 1)
        assert opened() != [first]


def test_no_process_outlives_a_platform_that_is_killed() -> None:
    with running() as (process, url):
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{url}/sms/webhook", data=b"a=b", timeout=SECONDS).close()
        below = descendants(process.pid)
        process.kill()
        process.communicate()
        assert eventually(lambda: not alive(below))


def test_a_port_that_is_in_use_is_reported_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [*COMMAND, "run"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"port {port} is taken; choose another: --port or PORT=3001"


@pytest.mark.parametrize("port", ["three", "70000", "-1"])
def test_an_invalid_port_is_refused(port: str) -> None:
    ended = subprocess.run(
        [*COMMAND, "run"],
        cwd=ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "(env var: 'PORT')" in ended.stderr


@pytest.mark.parametrize(
    ("command", "given"),
    [("run", "file"), ("run", "file/below"), ("run", "/proc"), ("phone", "/dev/null/below")],
)
def test_a_data_directory_that_cannot_be_written_is_reported_in_one_line(
    tmp_path: Path, command: str, given: str
) -> None:
    if given == "/proc" and not Path(given).is_dir():
        pytest.skip("no directory here that even root cannot write to")
    (tmp_path / "file").write_text("mine")
    data = tmp_path / given
    ended = subprocess.run(
        [*COMMAND, command],
        cwd=ROOT,
        env={**os.environ, "PORT": free_port(), "DATA": str(data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"DATA={data} is no directory that can be written to: ")
    assert len(ended.stderr.splitlines()) == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_state_file_that_cannot_be_read_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")
    ended = subprocess.run(
        [*COMMAND, "run"],
        cwd=ROOT,
        env={**os.environ, "PORT": "0", "CONSOLE": "0", "DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(str(tmp_path / "state.json"))
    assert len(ended.stderr.splitlines()) == 1

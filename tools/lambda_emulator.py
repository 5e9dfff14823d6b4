"""One invocation of a function in a fresh process, as Lambda starts it, without Docker.

The Runtime Interface Emulator that SAM CLI brings runs AWS's own runtime client (awslambdaric). Its log says
how long the init phase took.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

import importlib.util
import json
import os
import platform
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_INVOKED = "/2015-03-31/functions/function/invocations"


class EmulatorError(Exception):
    """The function could not be started, or failed; the message holds its log."""


@dataclass(frozen=True)
class Invocation:
    """A first invocation.

    Parameters
    ----------
    answer
        What the handler returned, as JSON.
    init_ms
        From the start of the process until the handler's module is imported.
    first_ms
        The invocation after that, with the clients and caches it has to fill.
    """

    answer: bytes
    init_ms: float
    first_ms: float


def emulator() -> Path:
    """Return the emulator's program for this machine, from SAM CLI's own package.

    Raises
    ------
    EmulatorError
        SAM CLI is not installed.
    """
    spec = importlib.util.find_spec("samcli")
    if spec is None or not spec.submodule_search_locations:
        raise EmulatorError("aws-sam-cli is not installed: `make lint` installs it")
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    return Path(spec.submodule_search_locations[0]) / "local" / "rapid" / f"aws-lambda-rie-{machine}"


def invoke_once(
    python: Sequence[str], handler: str, event: Mapping[str, Any], environment: Mapping[str, str]
) -> Invocation:
    """Start a function and invoke it once.

    Parameters
    ----------
    python
        The interpreter's command, with its options.
    handler
        Such as ``"survey.handlers.sms_webhook.handler"``.
    event
        What it is invoked with.
    environment
        All of its environment variables; ``PYTHONPATH`` says where code and awslambdaric are.

    Raises
    ------
    EmulatorError
        It could not be started, or failed.
    """
    emulated, runtime = _free_port(), _free_port()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(  # noqa: S603 - SAM CLI's own program
            [
                emulator(),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{emulated}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime}"),
                *(*python, "-m", "awslambdaric", handler),
            ],
            env={**environment, "AWS_LAMBDA_FUNCTION_TIMEOUT": "30"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            answer, elapsed = _invoke(emulated, json.dumps(event).encode())
            text = _report(log.fileno())
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    init = _INIT.search(text)
    if init is None or b'"errorType"' in answer:
        raise EmulatorError(f"{handler} failed:\n{text}\n{answer.decode(errors='replace')}")
    init_ms = float(init[1])
    return Invocation(answer, init_ms, max(elapsed - init_ms, 0.0))


def _report(log: int, patience: float = 5.0) -> str:
    """Return the emulator's log once it reports the init phase, which may be after the answer."""
    deadline = time.monotonic() + patience
    while True:
        # The emulator writes at the same place in the file that a plain read would move.
        text = os.pread(log, os.fstat(log).st_size, 0).decode(errors="replace")
        if _INIT.search(text) or time.monotonic() > deadline:
            return text
        time.sleep(0.01)


def _invoke(port: int, body: bytes, patience: float = 30.0) -> tuple[bytes, float]:
    """Return the answer and how long it took, in ms. The emulator starts the function with the first call."""
    deadline = time.monotonic() + patience
    request = urllib.request.Request(f"http://127.0.0.1:{port}{_INVOKED}", data=body, method="POST")
    while True:
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=patience) as response:
                return response.read(), (time.monotonic() - began) * 1000
        except ConnectionError:
            pass
        except urllib.error.HTTPError as refused:  # what it answers where the init phase failed
            with refused:
                return refused.read(), (time.monotonic() - began) * 1000
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
        if time.monotonic() > deadline:
            raise EmulatorError("the Runtime Interface Emulator did not answer")
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""How long a fresh process takes until a handler is ready, as Lambda starts it.

The Runtime Interface Emulator that SAM CLI brings, with AWS's own runtime client (awslambdaric), runs a
function as Lambda does, without Docker. Its log says how long the init phase took.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""

import importlib.util
import json
import os
import platform
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_INVOKED = "/2015-03-31/functions/function/invocations"


@dataclass(frozen=True)
class ColdStart:
    """Medians over fresh processes, in milliseconds.

    Parameters
    ----------
    init_ms : float
        From the start of the process until the handler's module is imported.
    first_ms : float
        The first invocation after that, with the clients and caches it has to fill.
    """

    init_ms: float
    first_ms: float


def measure(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str], starts: int = 9
) -> ColdStart:
    """Start `handler` in `starts` fresh processes, invoke each once, and return the medians.

    Raises
    ------
    RuntimeError
        The function could not be started, or failed.
    """
    runs = [_start_once(handler, event, environment) for _ in range(starts)]
    return ColdStart(statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs))


def emulator() -> Path:
    """Return the emulator's program for this machine, from SAM CLI's own package."""
    spec = importlib.util.find_spec("samcli")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("aws-sam-cli is not installed: run `make bench`, which installs it")
    machine = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    return Path(spec.submodule_search_locations[0]) / "local" / "rapid" / f"aws-lambda-rie-{machine}"


def _start_once(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[float, float]:
    emulated, runtime = _free_port(), _free_port()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(  # noqa: S603  # SAM CLI's own program
            [
                emulator(),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{emulated}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime}"),
                *(sys.executable, "-m", "awslambdaric", handler),
            ],
            env={**os.environ, **environment, "AWS_LAMBDA_FUNCTION_TIMEOUT": "30"},
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
    if init is None or b"errorType" in answer:
        raise RuntimeError(f"{handler} did not start:\n{text}\n{answer.decode(errors='replace')}")
    init_ms = float(init[1])
    return init_ms, max(elapsed - init_ms, 0.0)


def _report(log: int, patience: float = 5.0) -> str:
    """Return the emulator's log once it tells of the init phase, which may be after the answer."""
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
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
        if time.monotonic() > deadline:
            raise RuntimeError("the Runtime Interface Emulator did not answer")
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

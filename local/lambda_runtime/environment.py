"""The platform's side of execution environments: it forks, invokes and ends them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local.lambda_runtime import fork_server
from local.s3_paths import ObjectsRead
from local.template.parameters import LAMBDA_KEY, SECRET_KEY
from local.timeouts import scaled

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_INIT_SECONDS = 10.0  # Lambda's own limit of the init phase
_INHERITED = ("PATH", "HOME", "TMPDIR", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE", "SSL_CERT_FILE")


def shared_variables(region: str, aws_endpoint: str, twilio_api: str) -> Mapping[str, str]:
    """Return the environment variables that the platform adds to every function's own."""
    return {
        "AWS_ACCESS_KEY_ID": LAMBDA_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": aws_endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "TWILIO_API_BASE_URL": twilio_api,
        "NO_PROXY": "*",
        "no_proxy": "*",
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # or macOS ends forked processes
    }


class EnvironmentEndedError(Exception):
    """An execution environment that could not be started, was ended, or ended by itself."""

    def __init__(self, outcome: str, error: Mapping[str, Any]) -> None:
        super().__init__(str(error.get("errorMessage", outcome)))
        self.outcome = outcome
        self.error = error


class ForkServer:
    """The process that environments are forked from (see ``local.lambda_runtime.fork_server``).

    Parameters
    ----------
    variables
        Environment variables that every function shares, such as AWS's endpoint and credentials.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._preloaded: tuple[str, ...] = ()
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with theirs:
            # A session of its own: Ctrl-C reaches the platform only, which then ends the environments.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "local.lambda_runtime.fork_server", str(theirs.fileno())],
                env={**inherited, **variables, "PYTHONPATH": str(PROJECT_ROOT)},
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def fork(self, paths: Sequence[str]) -> tuple[Connection, int]:
        """Fork an environment.

        Parameters
        ----------
        paths
            Where the function's code is.

        Returns
        -------
        tuple
            Its control connection and the file descriptor that its output is read from.
        """
        request = fork_server.FORK if tuple(paths) == self._preloaded else fork_server.FORK_BARE
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._channel, [request], [theirs.fileno(), write])
        except OSError:
            ours.close()
            os.close(read)
            raise EnvironmentEndedError(
                "crash", {"errorType": "Platform.Stopped", "errorMessage": "stopping"}
            ) from None
        finally:
            theirs.close()
            os.close(write)
        return Connection(ours.detach()), read

    def preload(self, paths: Sequence[str], functions: Sequence[Mapping[str, Any]]) -> None:
        """Let environments be forked with what handlers import, as soon as that is ready.

        Parameters
        ----------
        paths
            Where the code of these functions is.
        functions
            ``[{"handler", "environment"}, …]``.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            json.dump({"paths": paths, "functions": functions}, file)
            file.seek(0)
            with self._lock, contextlib.suppress(OSError):  # the platform is stopping
                socket.send_fds(self._channel, [fork_server.APPLICATION], [file.fileno()])
        self._preloaded = tuple(paths)

    def stop(self) -> None:
        """End the fork server and every environment at once; safe to call more than once."""
        self._channel.close()
        with self._lock:
            if self._process.poll() is None:
                # All are in the session, and so in the process group, that the fork server was started in.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


class Environment:
    """One execution environment: starts on construction, then runs one invocation at a time.

    Parameters
    ----------
    server
        Where to fork it.
    specification
        What ``local.lambda_runtime.worker.run`` wants to know, ``{"environment", "paths", "handler", …}``.
    on_line
        Called with each line that the function writes.

    Raises
    ------
    EnvironmentEndedError
        If the handler cannot be imported, or is not there within Lambda's 10 s for the init phase.
    """

    def __init__(
        self,
        server: ForkServer,
        specification: Mapping[str, Any],
        on_line: Callable[[str], None],
    ) -> None:
        self.objects_read = ObjectsRead()
        self.pid = 0
        self._connection, output = server.fork(specification["paths"])
        threading.Thread(
            target=_read_lines, args=(output, on_line), daemon=True, name="function-output"
        ).start()
        try:
            self.pid = int(self._receive(_INIT_SECONDS)["pid"])
            self._send(specification)
            answer = self._receive(_INIT_SECONDS)
        except (EOFError, OSError):
            self.kill()
            raise EnvironmentEndedError("crash", _exit_error("")) from None
        except TimeoutError:
            self.kill()
            raise EnvironmentEndedError(
                "timeout",
                {"errorType": "Sandbox.Timedout", "errorMessage": f"init took more than {_INIT_SECONDS} s"},
            ) from None
        if "initError" in answer:
            self.close()
            raise EnvironmentEndedError("error", answer["initError"])

    def invoke(self, request_id: str, event: Any, clock_offset: float, timeout: float) -> Mapping[str, Any]:
        """Run one invocation.

        Returns
        -------
        Mapping
            ``{"result": JSON text}`` or ``{"error": {"errorType", "errorMessage", …}}``, with ``durationMs``,
            ``cpuMs``, ``awsCalls``, ``twilioCalls`` and ``objectsRead``.

        Raises
        ------
        EnvironmentEndedError
            If it took longer than ``timeout`` seconds or its process ended; the environment is gone then.
        """
        try:
            self._send({"requestId": request_id, "event": event, "clockOffset": clock_offset})
            reply = self._receive(timeout)
        except TimeoutError:
            self.kill()
            message = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
            raise EnvironmentEndedError(
                "timeout", {"errorType": "Sandbox.Timedout", "errorMessage": message}
            ) from None
        except (EOFError, OSError):
            self.kill()
            raise EnvironmentEndedError("crash", _exit_error(request_id)) from None
        self.objects_read.add(reply["objectsRead"])
        return reply

    def close(self) -> None:
        """Close the connection of an idle environment, which then ends."""
        self._connection.close()

    def kill(self) -> None:
        """Kill the process."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._connection.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        self._connection.send_bytes(json.dumps(message).encode())

    def _receive(self, timeout: float) -> Mapping[str, Any]:
        if not self._connection.poll(scaled(timeout)):
            raise TimeoutError
        answer: Mapping[str, Any] = json.loads(self._connection.recv_bytes())
        if "timedOut" in answer:  # by its own clock
            raise TimeoutError
        return answer


def _exit_error(request_id: str) -> Mapping[str, Any]:
    message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


def _read_lines(descriptor: int, on_line: Callable[[str], None]) -> None:
    with open(descriptor, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            on_line(line.rstrip("\n"))

"""One execution environment: a process that imports one handler and runs its invocations, one at a time."""

import contextlib
import importlib
import json
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from local.lambda_runtime.call_counts import Counter
from local.timeouts import ScaledTime

_MAX_RESPONSE_BYTES = 6 * 1024 * 1024  # Lambda's quota of a synchronous response
_SECONDS_TO_START = 15
_SECONDS_TO_END_ITSELF = 5


class LambdaContext:
    """What Lambda hands a Python handler as its second argument.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    identity = None
    client_context = None
    tenant_id = None

    def __init__(self, request_id: str, deadline: float, arn: str) -> None:
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left until the invocation is ended; never negative."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message: str) -> None:
        """Write a line to the function's log."""
        sys.stdout.write(message)


class PlatformTime:
    """Shifts this process's clock to the platform's."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._traveller: Any = None

    def follow(self, offset: float) -> None:
        """Set the clock ``offset`` seconds ahead of real time."""
        if offset == self._offset:
            return
        import time_machine

        if self._traveller is None:
            self._traveller = time_machine.travel(time.time() + offset, tick=True).start()
        # time-machine's clock stands still until its time is first asked for, and on a busy machine that is
        # late: what it then lacks, and any later change of the offset, is made up for here.
        real = time_machine.escape_hatch.time.time
        readings = [(real(), time.time(), real()) for _ in range(3)]
        before, faked, after = min(readings, key=lambda reading: reading[2] - reading[0])
        self._traveller.shift((before + after) / 2 + offset - faked)
        self._offset = offset


def run(control: int, output: int) -> NoReturn:
    """Serve invocations from the control connection until it closes; never returns.

    Parameters
    ----------
    control
        File descriptor of the connection to the platform. The first message is the environment's
        specification: ``{"environment", "paths", "handler", "arn", "timeout", "timeoutScale", "twilio",
        "clockOffset"}``.
    output
        File descriptor that standard output and standard error are sent to.
    """
    status = 1
    with contextlib.suppress(EOFError, OSError):  # the platform has ended
        status = _serve(Connection(control), output)
    os._exit(status)


def _serve(connection: Connection, output: int) -> int:
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    _send(connection, {"pid": os.getpid()})
    specification = json.loads(connection.recv_bytes())
    os.environ.clear()
    os.environ.update(specification["environment"])
    time.tzset()
    sys.path[:0] = specification["paths"]
    sys.argv = ["lambda"]
    scale = specification["timeoutScale"]
    signal.alarm(int(_SECONDS_TO_START * scale))
    limits = ScaledTime(scale, lambda: _end_late(connection))
    if scale != 1:
        limits.scale_sockets()
        limits.scale_clock()
    clock = PlatformTime()
    clock.follow(specification["clockOffset"])
    try:
        handler = _import_handler(specification["handler"])
    except BaseException as error:  # noqa: BLE001 - whatever the module raises is its author's to read
        _send(connection, {"initError": _describe(error)})
        return 1
    signal.alarm(0)
    counter = Counter(specification["twilio"], os.environ["AWS_ENDPOINT_URL"])
    _send(connection, {"ready": True})
    while True:
        invocation = json.loads(connection.recv_bytes())
        clock.follow(invocation["clockOffset"])
        _send(connection, _invoke(handler, invocation, specification, counter, limits))


def _invoke(
    handler: Callable[[Any, LambdaContext], Any],
    invocation: Mapping[str, Any],
    specification: Mapping[str, Any],
    counter: Counter,
    limits: ScaledTime,
) -> dict[str, Any]:
    counter.reset(invocation["requestId"])
    timeout = float(specification["timeout"])
    # The platform ends an invocation that takes too long; the alarm ends it where the platform has died.
    signal.alarm(int((timeout + _SECONDS_TO_END_ITSELF) * specification["timeoutScale"]))
    cpu, started = time.process_time(), time.monotonic()
    limits.limit(started + timeout)
    context = LambdaContext(invocation["requestId"], started + timeout, specification["arn"])
    reply: dict[str, Any]
    try:
        reply = {"result": _encode(handler(invocation["event"], context))}
    except BaseException as error:  # noqa: BLE001 - a handler's failure is a result like any other
        reply = {"error": _describe(error, invocation["requestId"])}
    elapsed = time.monotonic() - started
    limits.limit(math.inf)
    signal.alarm(0)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError):
            stream.flush()
    return reply | {
        "durationMs": round(elapsed * 1000, 2),
        "cpuMs": round((time.process_time() - cpu) * 1000, 2),
        "awsCalls": list(counter.aws),
        "twilioCalls": list(counter.twilio),
        "objectsRead": list(counter.objects),
    }


def _end_late(connection: Connection) -> NoReturn:
    """End an invocation that exceeds its timeout by its own clock."""
    _send(connection, {"timedOut": True})
    os._exit(1)


class ResponseTooLargeError(Exception):
    """The handler returned more than Lambda accepts."""


def _encode(result: Any) -> str:
    text = json.dumps(result)
    if len(text) > _MAX_RESPONSE_BYTES:
        raise ResponseTooLargeError(f"Response payload size exceeded {_MAX_RESPONSE_BYTES} bytes")
    return text


def _import_handler(name: str) -> Callable[[Any, LambdaContext], Any]:
    module, _, attribute = name.rpartition(".")
    handler: Callable[[Any, LambdaContext], Any] = getattr(importlib.import_module(module), attribute)
    return handler


def _describe(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """Return and log the JSON that Lambda answers for an exception."""
    description = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_list(_own_frames(error)),
        "requestId": request_id,
    }
    sys.stdout.write(json.dumps({"level": "ERROR", "message": "unhandled exception", **description}) + "\n")
    return description


def _own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the frames of the function's own code, without those of the runtime."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if frame.filename != __file__ and "importlib" not in frame.filename]


def _send(connection: Connection, message: Mapping[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())

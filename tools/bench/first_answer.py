"""The program of a fresh process: import a handler as Lambda does, and let it answer events.

`tools.bench.cold_start` runs it. Its arguments are the handler, such as
``survey.handlers.sms_webhook.handler``, and the number of a file descriptor that the report is written to.
Events come on standard input, as a JSON array. The process starts as AWS_LAMBDA_INITIALIZATION_TYPE says:
with ``snap-start`` each event is answered by a fork of the process, which is what a restored snapshot is.
It imports nothing that a handler does not import.
"""

import importlib
import json
import os
import sys
import time
from typing import Any


class _Context:
    aws_request_id = "bench"
    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    memory_limit_in_mb = "1024"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def main() -> None:
    """Import, answer, report: CPU time in milliseconds, the answers, and the modules in memory."""
    events = json.load(sys.stdin)
    module, _, name = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    report = {"ready": _cpu_ms(), "held": 0.0, "modules": []}
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start":
        report["answered"] = _restore_for_each(events, handler)
    else:
        report["answered"] = [_answer(event, handler) for event in events]
    report |= {"modules": sorted(sys.modules), "held": _held_mb()}
    os.write(int(sys.argv[2]), json.dumps(report).encode())


def _answer(event: Any, handler: Any) -> tuple[float, Any]:
    """Return the CPU time of this process so far, once it has answered, and the answer."""
    answer = handler(event, _Context())
    return _cpu_ms(), answer


def _restore_for_each(events: list[Any], handler: Any) -> list[Any]:
    """Answer each event in a fork, after what Lambda does on a restore; CPU time counts from the fork."""
    import snapshot_restore_py

    # In Lambda's own order (awslambdaric.lambda_runtime_hooks_runner).
    before = snapshot_restore_py.get_before_snapshot()
    while before:
        function, arguments, options = before.pop()
        function(*arguments, **options)
    _end_connections()
    answered = []
    for event in events:
        read, write = os.pipe()
        if (child := os.fork()) == 0:
            forked = _cpu_ms()
            os.close(read)
            for function, arguments, options in snapshot_restore_py.get_after_restore():
                function(*arguments, **options)
            taken, answer = _answer(event, handler)
            os.write(write, json.dumps((taken - forked, answer)).encode())
            os._exit(0)
        os.close(write)
        with open(read, "rb") as written:  # noqa: PTH123  # a pipe
            answered.append(json.load(written))
        os.waitpid(child, 0)
    return answered


def _end_connections() -> None:
    """End every connection of this process: none of them outlives a snapshot."""
    import socket
    import stat

    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as connection:
                    connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


def _cpu_ms() -> float:
    return time.process_time() * 1000


def _held_mb() -> float:
    """Return the most memory that this process held; 0 where the system does not say so in Linux's way."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  # imports nothing more
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmHWM"].split()[0]) / 1024
    except OSError:
        return 0.0


main()

"""The program of the fresh process: import a handler as Lambda does, and let it answer one event.

`tools.bench.cold_start` runs it. Its arguments are the handler, such as
``survey.handlers.sms_webhook.handler``, and the number of a file descriptor that the report is written to.
The event comes on standard input. It imports nothing that a handler does not import.
"""

import importlib
import json
import os
import sys
import time


class _Context:
    aws_request_id = "bench"
    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    memory_limit_in_mb = "1024"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def main() -> None:
    """Import, answer, report: CPU time since the process began, the answer, and the modules in memory."""
    event = json.load(sys.stdin)
    module, _, name = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    ready = time.process_time()
    answer = handler(event, _Context())
    first = time.process_time()
    report = {
        "ready": ready * 1000,
        "first": first * 1000,
        "answer": answer,
        "modules": sorted(sys.modules),
        "held": _held_mb(),
    }
    os.write(int(sys.argv[2]), json.dumps(report).encode())


def _held_mb() -> float:
    """Return the most memory that this process held; 0 where the system does not say so in Linux's way."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  # imports nothing more
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmHWM"].split()[0]) / 1024
    except OSError:
        return 0.0


main()

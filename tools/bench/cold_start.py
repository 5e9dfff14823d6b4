"""What a first caller waits for: a fresh process, up to its first answer.

Everything from the start of the process counts: the interpreter, imports, what a function does while it is
initialised, the signature, the secrets, and what the route asks of AWS. CPU time is measured and not elapsed
time, as a busy machine hardly changes it, and as it is what Lambda shares out by memory. The stand-ins for
AWS and Twilio work in another process, so that their work does not count; their waiting does not, either.

A machine's speed divides out by a yardstick: another fresh process, measured just before each one.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

YARDSTICK: Final = "a fresh process that imports botocore and builds the DynamoDB client"

_YARDSTICK_PROGRAM: Final = (
    "import os, time\n"
    "from botocore.session import get_session\n"
    "get_session().create_client('dynamodb', region_name='us-east-1')\n"
    "os.write({report}, b'%f' % (time.process_time() * 1000))"
)
_SECONDS: Final = 60


class FirstAnswerError(Exception):
    """The process failed; the message holds what it wrote."""


@dataclass(frozen=True)
class FirstAnswer:
    """One fresh process, in milliseconds of CPU time since it began.

    Attributes
    ----------
    ready_ms : float
        When the handler was imported and had done what it does before the first request.
    first_ms : float
        When it had answered.
    yardstick_ms : float
        What the yardstick took just before.
    held_mb : float
        The most memory that the process held.
    answer : Any
        What the handler returned.
    modules : sequence of str
        The modules that were imported by then.
    """

    ready_ms: float
    first_ms: float
    yardstick_ms: float
    held_mb: float
    answer: Any
    modules: Sequence[str]

    @property
    def ratio(self) -> float:
        """The whole in yardsticks."""
        return self.first_ms / self.yardstick_ms


def measure(handler: str, event: Mapping[str, Any], environment: Mapping[str, str]) -> FirstAnswer:
    """Measure the yardstick, then a handler's first answer.

    Parameters
    ----------
    handler
        Such as ``"survey.handlers.sms_webhook.handler"``.
    event
        What it is invoked with.
    environment
        All of its environment variables; ``PYTHONPATH`` says where code and layers are.

    Raises
    ------
    FirstAnswerError
        The function could not be started, or failed.
    """
    # The same variables for both: where bytecode is kept is among them.
    yardstick = _run(["-c", _YARDSTICK_PROGRAM], environment)
    return first_answer(handler, event, environment, float(yardstick))


def first_answer(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str], yardstick_ms: float = 1.0
) -> FirstAnswer:
    """Start a fresh process, and let a handler answer an event in it. Raises what `measure` raises."""
    program = str(Path(__file__).with_name("first_answer.py"))
    report = json.loads(_run([program, handler, "{report}"], environment, json.dumps(event).encode()))
    return FirstAnswer(
        ready_ms=report["ready"],
        first_ms=report["first"],
        yardstick_ms=yardstick_ms,
        held_mb=report["held"],
        answer=report["answer"],
        modules=report["modules"],
    )


def _run(arguments: Sequence[str], environment: Mapping[str, str], content: bytes = b"") -> str:
    """Run this interpreter to its end; return what it reported."""
    with (
        tempfile.TemporaryFile() as report,
        tempfile.TemporaryFile() as written,
        tempfile.TemporaryFile() as given,
    ):
        given.write(content)
        given.seek(0)
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            # -P: the program's own folder is no place to import from.
            [sys.executable, "-P", *(part.replace("{report}", str(report.fileno())) for part in arguments)],
            env={**environment},
            stdin=given,
            stdout=written,
            stderr=subprocess.STDOUT,
            pass_fds=[report.fileno()],
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode:
            written.seek(0)
            raise FirstAnswerError(written.read().decode(errors="replace"))
        report.seek(0)
        return report.read().decode()

"""What a first caller waits for: a fresh process, or one that is restored from a snapshot, up to its answer.

Everything from the start of the process counts: the interpreter, imports, what a function does while it is
initialized, the signature, the secrets, and what the route asks of AWS; after a restore, what happens from
there on. CPU time is measured and not elapsed time, as a busy machine hardly changes it, and as it is what
Lambda shares out by memory. The stand-ins for AWS and Twilio work in another process, so that their work
does not count; their waiting does not, either.

A machine's speed divides out by a yardstick: another fresh process, measured just before.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import botocore

YARDSTICK: Final = (
    "a fresh process that imports boto3 and builds the DynamoDB client, from models as pip installs them"
)

_YARDSTICK_PROGRAM: Final = (
    "import os, time, boto3\n"
    "boto3.client('dynamodb', region_name='us-east-1')\n"
    "os.write({report}, b'%f' % (time.process_time() * 1000))"
)
_PROGRAM: Final = str(Path(__file__).with_name("first_answer.py"))
_SECONDS: Final = 60


class FirstAnswerError(Exception):
    """The process failed; the message holds what it wrote."""


@dataclass(frozen=True)
class Started:
    """A process that has answered, with times in milliseconds of CPU since it began.

    Attributes
    ----------
    ready_ms
        When the handler was imported and had done what it does before the first request.
    answered_ms
        When it had answered each event; where it was restored, each event in a process of its own, since
        that was restored.
    answers
        What the handler returned for each event.
    held_mb
        The most memory that the process held.
    modules
        The modules that were imported by then; those of a snapshot, where it was restored.
    """

    ready_ms: float
    answered_ms: list[float]
    answers: list[Any]
    held_mb: float
    modules: Sequence[str]


@dataclass(frozen=True)
class Interpreter:
    """How Python is started.

    Parameters
    ----------
    program
        Whose packages are imported.
    variables
        Environment variables of every process, such as where bytecode is kept.
    """

    program: str = sys.executable
    variables: Mapping[str, str] = field(default_factory=dict)

    def measure_yardstick(self) -> float:
        """Return the yardstick in milliseconds of CPU.

        Raises
        ------
        FirstAnswerError
            The process failed.
        """
        # A unit does not change where the layer leaves out more of botocore's models.
        models = {"AWS_DATA_PATH": str(Path(botocore.__file__).with_name("data"))}
        return float(self._run(["-c", _YARDSTICK_PROGRAM], models))

    def start(
        self, handler: str, events: Sequence[Any], environment: Mapping[str, str], paths: Sequence[str]
    ) -> Started:
        """Start a process and let a handler answer events in it, one after another.

        Parameters
        ----------
        handler
            Such as ``"survey.handlers.sms_webhook.handler"``.
        events
            What it is invoked with.
        environment
            All of its environment variables. Where AWS_LAMBDA_INITIALIZATION_TYPE is ``snap-start``, each
            event is answered by a process that is restored from a snapshot.
        paths
            Folders of the function's own code.

        Raises
        ------
        FirstAnswerError
            The function could not be started, or failed.
        """
        places = {"PYTHONPATH": os.pathsep.join(paths)}
        arguments = [_PROGRAM, handler, "{report}"]
        report = json.loads(self._run(arguments, {**environment, **places}, json.dumps(events).encode()))
        return Started(
            ready_ms=report["ready"],
            answered_ms=[milliseconds for milliseconds, _ in report["answered"]],
            answers=[answer for _, answer in report["answered"]],
            held_mb=report["held"],
            modules=report["modules"],
        )

    def _run(self, arguments: Sequence[str], environment: Mapping[str, str], content: bytes = b"") -> str:
        """Run the interpreter to its end; return what it reported."""
        with (
            tempfile.TemporaryFile() as report,
            tempfile.TemporaryFile() as written,
            tempfile.TemporaryFile() as given,
        ):
            given.write(content)
            given.seek(0)
            filled = (part.replace("{report}", str(report.fileno())) for part in arguments)
            done = subprocess.run(  # noqa: S603 - our own interpreter and program
                # -P: the program's own folder is no place to import from.
                [self.program, "-P", *filled],
                env={**environment, **self.variables},
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

"""Running the ``switchboard`` command in tests: in this process, or as a child process."""

import sys
from typing import Any, NamedTuple

from typer.testing import CliRunner

from local.timeouts import scaled
from tools.cli import app

COMMAND = (sys.executable, "-m", "tools")
"""The command line that runs the command as a process, in the project's directory."""

SECONDS = scaled(60)
"""Timeout for a process that should end."""


class Done(NamedTuple):
    """Exit code, standard output and standard error of a command that has ended."""

    code: int
    out: str
    err: str


def switchboard(*arguments: Any) -> Done:
    """Run the command in this process; an exception that it does not handle is raised here."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(app, words, prog_name="switchboard", catch_exceptions=False)
    return Done(result.exit_code, result.stdout, result.stderr)

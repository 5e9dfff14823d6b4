"""The ``switchboard`` command as tests call it: in this process, or as a process of its own."""

import sys
from typing import Any, NamedTuple

from typer.testing import CliRunner

from local.timeouts import scaled
from tools.cli import app

COMMAND = (sys.executable, "-m", "tools")
"""What starts the command as a process, in the project's directory."""

SECONDS = scaled(60)
"""How long a process that should end is waited for."""


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

"""A program at a terminal, and someone who answers its questions."""

import os
import pty
import select
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.command import SECONDS


def answer(
    command: Sequence[str], answers: Mapping[str, str], *, cwd: Path, env: Mapping[str, str]
) -> tuple[int, str]:
    """Run a program at a terminal, giving each answer once its question is seen, in any order.

    Returns
    -------
    tuple
        The exit code, and all that was shown.
    """
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
    )
    os.close(inner)
    try:
        seen = _converse(terminal, dict(answers))
        return process.wait(SECONDS), seen
    finally:
        os.close(terminal)
        process.kill()
        process.wait()


def _converse(terminal: int, waiting: dict[str, str]) -> str:
    """Answer questions until the program closes the terminal; returns all that was shown."""
    seen, read, deadline = "", 0, time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536).decode(errors="replace")
            except OSError:  # closed on the other side
                assert not waiting, (waiting, seen)
                return seen
        for question in [question for question in waiting if question in seen[read:]]:
            if "not shown" in question:
                _await_no_echo(terminal)
            read = len(seen)
            os.write(terminal, f"{waiting.pop(question)}\n".encode())
    raise AssertionError(f"no end in sight, {waiting} not answered: {seen}")


def _await_no_echo(terminal: int) -> None:
    """Wait until what is typed is hidden: getpass throws away what was typed before that."""
    deadline = time.monotonic() + SECONDS
    while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < deadline:
        time.sleep(0.01)

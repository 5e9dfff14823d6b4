"""What the commands share: errors to standard error, odd characters, progress of long work."""

import contextlib
import sys
from collections.abc import Iterator
from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """Print why the command is refused, and end it with exit code 1."""
    sys.stderr.write(f"{message}\n")
    raise typer.Exit(1)


def replace_unprintable() -> None:
    """Let standard input and output replace characters that the terminal's encoding has no bytes for.

    What people text must not end a command on a terminal or a pipe without UTF-8.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def progress(work: str) -> Iterator[None]:
    """Show on standard error that work is under way, where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(work):
        yield

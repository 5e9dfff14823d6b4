"""What the commands share: errors on standard error, unprintable characters, progress of long work."""

import contextlib
import sys
from collections.abc import Callable, Iterator
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


@contextlib.contextmanager
def running_count(things: str) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many things a long work has done: on a terminal always, else by lines.

    Yields
    ------
    callable
        Is told the number so far.
    """
    if not sys.stderr.isatty():
        yield lambda number: print(f"{number:,} {things}", file=sys.stderr)
        return
    from rich.console import Console

    with Console(stderr=True).status(f"0 {things}") as status:
        yield lambda number: status.update(f"{number:,} {things}")

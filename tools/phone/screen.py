"""Lines from a keyboard or a pipe, and output that leaves a line that is being typed intact."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROMPT = "> "


class Screen:
    """Standard input and output, which may be a terminal, a tmux pane or a pipe."""

    def __init__(self) -> None:
        self._interactive = sys.stdin.isatty()
        self._typing = False

    def lines(self) -> Iterator[str]:
        """Yield lines typed, or piped in; piped ones are shown, so that the output reads as a dialogue."""
        if self._interactive:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  # gives input() editing and history
        while True:
            try:
                self._typing = self._interactive
                line = input(_PROMPT if self._interactive else "")
            except EOFError:
                return
            finally:
                self._typing = False
            if not self._interactive and line.strip():
                print(_PROMPT + line, flush=True)
            yield line

    def show(self, text: str) -> None:
        """Print a block of text; a line that is being typed moves below it."""
        if self._typing:
            sys.stdout.write(f"\r\x1b[K{text}\n{_PROMPT}{_typed()}")
        else:
            sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _typed() -> str:
    """Return what has been typed of the current line."""
    readline = sys.modules.get("readline")
    return str(readline.get_line_buffer()) if readline else ""

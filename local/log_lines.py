"""The functions' log lines on the terminal, shortened to the fields that one searches for."""

import json
import sys
import threading
from typing import Any, TextIO

_COLOURS = {"DEBUG": "2", "INFO": "0", "WARNING": "33", "ERROR": "31", "CRITICAL": "31"}
# Powertools and Lambda add these to every line; the rest is what the author wanted said.
_HIDDEN = {
    "level",
    "message",
    "location",
    "timestamp",
    "service",
    "cold_start",
    "function_name",
    "function_memory_size",
    "function_arn",
    "function_request_id",
    "requestId",
    "stackTrace",
    "exception",
    "exception_name",
    "stack_trace",
    "sampling_rate",
    "xray_trace_id",
    "correlation_id",
}


class Terminal:
    """Prints log lines of functions readably.

    Parameters
    ----------
    stream
        Where to; standard output unless given.
    quiet
        Print nothing, as tests want it.
    """

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stdout
        self._quiet = quiet
        self._colour = self._stream.isatty()
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Print a line of the platform's own."""
        if not self._quiet:
            self._write(text)

    def mute(self) -> None:
        """Stop printing, because ending the platform makes functions fail."""
        self._quiet = True

    def function_line(self, function: str, line: str) -> None:
        """Print a line that a function wrote, structured or not; metrics are left out."""
        if self._quiet or not line.strip():
            return
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"message": line}
        if not isinstance(entry, dict):
            entry = {"message": line}
        if "_aws" in entry:
            return
        self._write(self._format(function, entry))

    def _format(self, function: str, entry: dict[str, Any]) -> str:
        level = str(entry.get("level", "INFO")).upper()
        fields = " ".join(f"{key}={_short(value)}" for key, value in entry.items() if key not in _HIDDEN)
        text = f"{function:<22} {level:<7} {entry.get('message', '')}"
        if fields:
            text += f"  {self._paint('2', fields)}"
        trace = entry.get("exception") or "".join(entry.get("stackTrace") or ())
        if trace:
            text += "\n" + "\n".join(f"    {line}" for line in str(trace).rstrip().splitlines())
        return self._paint(_COLOURS.get(level, "0"), text)

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and colour != "0" else text

    def _write(self, text: str) -> None:
        with self._lock:
            try:
                self._stream.write(text + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._quiet = True  # the terminal has gone; the platform goes on


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:119] + "…"

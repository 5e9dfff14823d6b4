"""Descriptions of the events of the feed, for people to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Event = Mapping[str, Any]

_ENDS = {
    "completed": "the call has ended",
    "busy": "busy",
    "no-answer": "no answer",
    "failed": "the call failed",
    "canceled": "the call was canceled",
}
_WHO = {"app": "the app hung up", "phone": "you hung up", "api": "ended by a REST request"}


def narrate(event: Event) -> str:
    """Return the description of an event, "" if there is nothing to show.

    Parameters
    ----------
    event
        As ``GET /_local/phone/events`` gives it.
    """
    if event["kind"] == "text":
        return _text(event)
    if event["kind"] == "call":
        entry = _ENTRIES.get(event["entry"])
        return entry(event) if entry else ""
    return ""


def log_line(event: Event) -> str:
    """Return an event as one log line, "" if there is nothing to show."""
    if event["kind"] == "alert":
        return f"{'Twilio':<14}!    {event['code']} {event['message']}"
    lines = [line.strip() for line in narrate(event).splitlines()]
    return f"{event['phone']:<14}{' / '.join(filter(None, lines))}" if any(lines) else ""


def narrator(say: Callable[[str], None]) -> Callable[[Event], None]:
    """Return a listener of the feed, which says each event in a line."""

    def show(event: Event) -> None:
        if line := log_line(event):
            say(line)

    return show


def waiting(listening: Mapping[str, Any] | None) -> str:
    """Return a hint about the input that a call waits for, "" while it waits for none."""
    if not listening:
        return ""
    verb = listening["verb"]
    hint = _HINTS.get(verb)
    return hint(listening) if hint else f"waiting for <{verb}>: Enter to go on"


def _gather(listening: Mapping[str, Any]) -> str:
    wants = []
    if "dtmf" in listening["input"]:
        number = listening.get("numDigits")
        wants.append("a key" if number == 1 else f"{number} keys" if number else "keys")
    if "speech" in listening["input"]:
        wants.append(f"words ({listening['language']})")
    return f"{' or '.join(wants)}, or Enter to stay silent"


_HINTS: dict[str, Callable[[Event], str]] = {
    "ring": lambda listening: f"{listening['from']} is calling: answer or decline",
    "Gather": _gather,
    "Record": lambda _: "speak, then press a key or Enter",
    "Dial": lambda listening: f"talking to {', '.join(listening['to'])}: Enter when they hang up",
    "Enqueue": lambda _: "waiting in a queue: Enter to wait on",
}


def _text(event: Event) -> str:
    mine = event["direction"] == "inbound"
    note = "  (from Twilio itself)" if event.get("automatic") else ""
    return _block("you" if mine else "app", "text", str(event["body"]) + note)


def _say(event: Event) -> str:
    voice = ", ".join(part for part in (event["language"], event["voice"]) if part)
    again = f" ({event['loop']} times)" if event["loop"] not in {1, None} else ""
    return _block("app", "says", f"{event['text']}{again}" + (f"  [{voice}]" if voice else ""))


def _play(event: Event) -> str:
    return _block("app", "plays", event.get("url") or f"keys {event['digits']}")


def _speech(event: Event) -> str:
    return _block("you", "say", f"{event['text']}  [confidence {event['confidence']:g}]")


def _error(event: Event) -> str:
    return _block("  !", "error", f"{event['code']} {event['message']}")


def _ended(event: Event) -> str:
    text = _ENDS.get(event["status"], event["status"])
    who = _WHO.get(event["by"], "")
    return _block("", "", f"· {text}" + (f": {who}" if who and event["status"] == "completed" else ""))


def _status(event: Event) -> str:
    return _block("", "", "· connected" if event["status"] == "in-progress" else f"· {event['status']}")


_ENTRIES: dict[str, Callable[[Event], str]] = {
    "status": _status,
    "say": _say,
    "play": _play,
    "pause": lambda event: _block("app", "pauses", f"{event['seconds']} s"),
    "digits": lambda event: _block("you", "press", event["digits"]),
    "speech": _speech,
    "silence": lambda _: _block("you", "", "(silence)"),
    "ignored": lambda event: _block("", "", f"· not heard: {event['reason']}"),
    "recording": lambda event: _block("", "", f"· recorded {event['seconds']} s: {event['url']}"),
    "dial": lambda event: _block("app", "dials", ", ".join(event["to"])),
    "connected": lambda event: _block("", "", f"· connected to {event['to']}"),
    "disconnected": lambda event: _block("", "", f"· disconnected: {event['result']}"),
    "enqueue": lambda event: _block("", "", f"· in queue {event['queue'] or event['workflowSid']}"),
    "dequeued": lambda event: _block("", "", f"· out of the queue: {event['result']}"),
    "refer": lambda event: _block("app", "refers", event["to"]),
    "reject": lambda event: _block("", "", f"· rejected: {event['reason']}"),
    "error": _error,
    "warning": lambda event: _block("  !", "warning", f"{event['code']} {event['message']}"),
    "ended": _ended,
}

_MARGIN = 14


def _block(who: str, verb: str, text: str) -> str:
    """Format a text of one or more lines behind a label."""
    first, *rest = text.splitlines() or [""]
    lines = [f"{who:<5}{verb:<{_MARGIN - 5}}{first}"] if who or verb else [" " * _MARGIN + first]
    return "\n".join([*lines, *((" " * _MARGIN + line) if line else "" for line in rest)])

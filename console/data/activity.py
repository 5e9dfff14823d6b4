"""What happens on the platform, as trees: each thing below what caused it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tools.phone.client import PhoneClient

_KEPT: Final = 40
"""Trees that are kept."""


@dataclass(frozen=True)
class Changed:
    """An item of a table, or an object of a bucket.

    Attributes
    ----------
    service : str
        ``dynamodb`` or ``s3``.
    name : str
        Of the table or bucket in the template.
    key : Mapping[str, Any] or str
        Of the item by attribute, or of the object.
    """

    service: str
    name: str
    key: Mapping[str, Any] | str


@dataclass(frozen=True)
class Step:
    """Something that happened.

    Attributes
    ----------
    depth : int
        How many things lie between it and the first one.
    kind, name : str
    facts : Sequence[str]
        Short facts, such as its duration.
    failed : bool
    details : Mapping[str, Any]
        What it was given, and what came of it.
    changed : Changed or None
        What it changed.
    """

    depth: int
    kind: str
    name: str
    facts: Sequence[str]
    failed: bool
    details: Mapping[str, Any]
    changed: Changed | None = None


class ActivityTrees:
    """The latest trees.

    Parameters
    ----------
    client
        The platform.
    """

    def __init__(self, client: PhoneClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._seen = -1
        self._trees: dict[int, dict[int, Mapping[str, Any]]] = {}

    def changed(self) -> Sequence[int]:
        """Return the trees that have changed since the last time, oldest first; at first none."""
        with self._lock:
            return self._changed()

    def _changed(self) -> Sequence[int]:
        if self._seen < 0:
            self._seen = int(self._client.request("GET", "/activity?after=999999999")["last"])
        found = self._client.request("GET", f"/activity?after={self._seen}")
        if int(found["last"]) < self._seen:  # the platform was started again
            self._trees.clear()
        self._seen = int(found["last"])
        # What agents and other systems ask Twilio for is not what the app does.
        own = [entry for entry in found["entries"] if entry["kind"] != "twilio" or entry["cause"]]
        for entry in own:
            self._trees.setdefault(int(entry["trace"]), {})[int(entry["number"])] = entry
        for trace in sorted(self._trees)[:-_KEPT]:
            del self._trees[trace]
        return sorted({int(entry["trace"]) for entry in own} & self._trees.keys())

    def clear(self) -> None:
        """Forget all trees."""
        self._trees.clear()

    def at(self, trace: int) -> str:
        """Return when a tree began, ISO 8601."""
        return str(self._trees[trace][min(self._trees[trace])]["at"])

    def of_text(self, sid: str) -> int:
        """Return the tree that a message began; 0 where none did, or it is forgotten."""
        return next((trace for trace, root in self._roots() if root.get("sid") == sid), 0)

    def of_call(self, sid: str, at: int, *, by_person: bool) -> int:
        """Return the tree that a moment of a call began, or that led to it; 0 where none did.

        Parameters
        ----------
        sid
            The call's.
        at
            The moment, ms since the epoch.
        by_person
            Whether the person did something then, which the next webhook tells; else the app did, in its
            answer to the latest one.
        """
        found = [(trace, _moment(root)) for trace, root in self._roots() if root.get("sid") == sid]
        if by_person:
            return next((trace for trace, began in found if began >= at), 0)
        return next((trace for trace, began in reversed(found) if began <= at), 0)

    def to_number(self, number: str) -> int:
        """Return the latest tree that another system began by a request for a number; 0 where none did."""
        found = [trace for trace, root in self._roots() if number in root.get("params", {}).values()]
        return found[-1] if found else 0

    def _roots(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for trace, entries in sorted(self._trees.items()):
            yield trace, entries[min(entries)]

    def steps(self, trace: int) -> Iterator[Step]:
        """Yield what is in a tree, each thing before what it caused."""
        entries = self._trees.get(trace, {})
        below: dict[int, list[int]] = {}
        for number in sorted(entries):
            cause = int(entries[number]["cause"])
            below.setdefault(cause if cause in entries else 0, []).append(number)
        waiting = [(number, 0) for number in reversed(below.get(0, ()))]
        while waiting:
            number, depth = waiting.pop()
            entry = entries[number]
            yield Step(
                depth,
                str(entry["kind"]),
                _name(entry),
                tuple(_facts(entry)),
                _has_failed(entry),
                _details(entry),
                _changed(entry),
            )
            waiting += [(one, depth + 1) for one in reversed(below.get(number, ()))]


def _moment(entry: Mapping[str, Any]) -> int:
    return round(datetime.fromisoformat(entry["at"]).timestamp() * 1000)


def _changed(entry: Mapping[str, Any]) -> Changed | None:
    if entry["kind"] != "change":
        return None
    return Changed(str(entry["service"]), str(entry["name"]), entry["key"])


def _name(entry: Mapping[str, Any]) -> str:
    name = str(entry["name"])
    if entry["kind"] == "change":
        key = entry["key"]
        shown = " ".join(map(str, key.values())) if isinstance(key, dict) else str(key)
        return f"{name}: {shown}"
    if entry["kind"] == "twilio":
        return name.partition("?")[0].replace("https://", "", 1)
    return name


def _facts(entry: Mapping[str, Any]) -> Iterator[str]:
    kind = entry["kind"]
    if kind == "request":
        yield "from Twilio" if entry["by"] == "Twilio" else "from another system"
    if kind == "invocation":
        yield from _invocation_facts(entry)
    if kind == "change":
        yield str(entry["change"])
    if kind == "message" and entry["delaySeconds"]:
        yield f"in {entry['delaySeconds']} s"
    if "status" in entry:
        yield str(entry["status"])


def _invocation_facts(entry: Mapping[str, Any]) -> Iterator[str]:
    if "outcome" not in entry:
        yield "runs"
        return
    yield f"{entry['durationMs']:,.0f} ms"
    yield "cold" if entry["coldStart"] else "warm"
    for name, calls in (("AWS", entry["awsCalls"]), ("Twilio", entry["twilioCalls"])):
        if calls:
            yield f"{calls} {name} {'call' if calls == 1 else 'calls'}"
    if entry["outcome"] != "success":
        yield str(entry["outcome"])


def _has_failed(entry: Mapping[str, Any]) -> bool:
    return entry.get("outcome", "success") != "success" or int(entry.get("status", 200)) >= 400


_DETAILS: Final = (
    "params",
    "answer",
    "source",
    "detail",
    "error",
    "aws",
    "twilio",
    "trigger",
    "service",
    "key",
)


def _details(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    found = {name: entry[name] for name in _DETAILS if entry.get(name)}
    if params := found.get("params"):
        found["params"] = {name: value for name, value in params.items() if value}
    if answer := found.get("answer"):
        found["answer"] = str(answer).replace("><", ">\n<")
    return found or {"name": entry["name"]}

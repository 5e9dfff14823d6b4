"""Sample calls through the sample flow: made up, and always the same."""

import random
from collections.abc import Iterator
from typing import Any

from local.twilio.studio.flow import RECEPTION, Flow, Widget
from switchboard.timestamps import format_iso

_BEGIN = 1_767_600_000_000  # 5 January 2026, 08:00 UTC
_SECONDS = {
    "trigger": (0.0, 0.0),
    "make-http-request": (0.1, 0.6),
    "say-play": (2.0, 5.0),
    "gather-input-on-call": (2.0, 11.0),
    "split-based-on": (0.0, 0.0),
    "set-variables": (0.0, 0.0),
    "connect-call-to": (20.0, 240.0),
}
_PATIENCE = {"gather-input-on-call": 0.16, "say-play": 0.03, "connect-call-to": 0.1}
_MOST_STEPS = 40


def sample_records(flows: dict[str, Flow], number: int = 400, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield records of made-up callers who press random keys; some of them hang up early."""
    chance = random.Random(seed)
    for call in range(number):
        moment = _BEGIN + call * 97_000 + chance.randrange(60_000)
        yield _Caller(flows, chance, moment).call(call)


class _Caller:
    def __init__(self, flows: dict[str, Flow], chance: random.Random, moment: int) -> None:
        self._flows = flows
        self._chance = chance
        self._moment = moment
        self._left = ""

    def call(self, number: int) -> dict[str, Any]:
        started = format_iso(self._moment)
        steps = self._walk(RECEPTION, "incomingCall")
        return {
            "callSid": f"CA{number:032x}",
            "status": "recorded",
            "startedAt": started,
            "executions": [{"executionSid": f"FN{number:032x}", "flowSid": RECEPTION}],
            "steps": steps,
            "endedAt": self._left or steps[-1]["widget"],
            "endedReason": "hungUp" if self._left else "flowEnded",
        }

    def _walk(self, flow_sid: str, first: str) -> list[dict[str, Any]]:
        flow = self._flows[flow_sid]
        steps: list[dict[str, Any]] = []
        name: str | None = "Trigger"
        while name and not self._left and len(steps) < _MOST_STEPS:
            widget = flow.widgets[name]
            began = self._moment
            inner: list[dict[str, Any]] = []
            if widget.type == "run-subflow":
                inner = self._walk(widget.properties["flow_sid"], "incomingParent")
                event, following = (
                    ("hangup", None) if self._left else ("completed", widget.after("completed"))
                )
            else:
                event, following = self._leave(widget, first)
            step: dict[str, Any] = {
                "widget": name,
                "event": event,
                "next": following or "Ended",
                "at": format_iso(self._moment),
                "durationMs": self._moment - began,
                "executionSid": "",
            }
            steps.append(step | ({"steps": inner} if inner else {}))
            name = following
        return steps

    def _leave(self, widget: Widget, first: str) -> tuple[str, str | None]:
        low, high = _SECONDS[widget.type]
        self._moment += round(1000 * self._chance.triangular(low, high, low + (high - low) / 3))
        if self._chance.random() < _PATIENCE.get(widget.type, 0):
            self._left = widget.name
            return "hangup", None
        if widget.type == "trigger":
            return first, widget.after(first)
        ways = [way for way in widget.transitions if way.event not in {"failed", "hangup"}]
        weights = [{"timeout": 1, "noMatch": 1, "speech": 3}.get(way.event, 6) for way in ways]
        (way,) = self._chance.choices(ways, weights)
        return way.event, way.next

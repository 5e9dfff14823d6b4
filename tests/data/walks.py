"""Ways through Studio flows that Hypothesis makes up, in the forms that Studio tells them in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from ivr_path.domain.step import Step
from local.template.parameters import ACCOUNT_SID
from switchboard.timestamps import format_iso

CALL_SID = "CA" + "1" * 32
START = int(datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp() * 1000)

WIDGETS = ["greeting", "menu", "split", "set_variables", "http", "goodbye"]
EVENTS = ["audioComplete", "keypress", "timeout", "success", "match"]


def sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


@dataclass(frozen=True)
class Taken:
    """A step as it really happened."""

    sid: str
    widget: str
    event: str
    next: str
    at: int
    parent: str | None


@dataclass(frozen=True)
class Walk:
    """One execution as it really happened; steps in the order in which their widgets were left."""

    execution_sid: str
    flow_sid: str
    call_sid: str
    start: int
    steps: list[Taken]

    @property
    def end(self) -> int:
        return self.steps[-1].at

    def level(self, parent: str | None = None) -> list[Taken]:
        return [step for step in self.steps if step.parent == parent]

    def rest_steps(self) -> list[Step]:
        """As REST lists them: newest first, whole seconds."""
        return [
            Step(
                step.sid,
                self.execution_sid,
                step.widget,
                step.event,
                step.next,
                step.at // 1000 * 1000,
                step.parent,
            )
            for step in reversed(self.steps)
        ]

    def events(self) -> list[dict[str, Any]]:
        """As Event Streams sends them: milliseconds; started, every step, ended."""
        execution = {
            "execution_sid": self.execution_sid,
            "account_sid": ACCOUNT_SID,
            "flow_sid": self.flow_sid,
            "contact_channel_address": "+12025550142",
            "date_created": format_iso(self.start),
            "started_by": self.call_sid,
            "flow_revision": 7,
        }
        started = execution | {"status": "started", "date_updated": format_iso(self.start)}
        ended = execution | {
            "status": "ended",
            "ended_reason": "FLOW_END",
            "date_updated": format_iso(self.end),
        }
        return [
            {"type": "com.twilio.studio.flow.execution.started", "data": started},
            *({"type": "com.twilio.studio.flow.step.ended", "data": self._step(step)} for step in self.steps),
            {"type": "com.twilio.studio.flow.execution.ended", "data": ended},
        ]

    def _step(self, step: Taken) -> dict[str, Any]:
        return {
            "step_sid": step.sid,
            "account_sid": ACCOUNT_SID,
            "flow_sid": self.flow_sid,
            "execution_sid": self.execution_sid,
            "parent_step_sid": step.parent,
            "name": step.event,
            "transitioned_from": step.widget,
            "transitioned_to": step.next,
            "date_created": format_iso(step.at),
        }


@st.composite
def walks(draw: Callable[..., Any], number: int = 1, *, start: int = START) -> Walk:
    """Draw one execution: a few widgets, loops, subflows within subflows, ended by the flow or a hang-up."""
    counter = iter(range(number * 10_000, number * 10_000 + 9_999))
    moment = start
    steps: list[Taken] = []

    def take(widget: str, event: str, following: str, parent: str | None, own: str | None = None) -> None:
        nonlocal moment
        moment += draw(st.integers(1, 1500))
        steps.append(Taken(own or sid("FT", next(counter)), widget, event, following, moment, parent))

    def run(parent: str | None, depth: int) -> bool:
        """Run one flow; True if the caller hung up in it."""
        names = draw(st.lists(st.sampled_from(WIDGETS), min_size=1, max_size=5))
        names = [f"sub{depth}_{name}" if depth else name for name in names]
        take("Trigger", "incomingParent" if parent else "incomingCall", names[0], parent)
        for name, following in zip(names, [*names[1:], "Ended"], strict=True):
            own = sid("FT", next(counter))
            if depth < 2 and draw(st.integers(0, 3)) == 0 and run(own, depth + 1):
                take(name, "hangup", "Ended", parent, own)
                return True
            if draw(st.integers(0, 9)) == 0:
                take(name, "hangup", "Ended", parent, own)
                return True
            take(name, draw(st.sampled_from(EVENTS)), following, parent, own)
        return False

    run(None, 0)
    return Walk(sid("FN", number), sid("FW", number), CALL_SID, start, steps)

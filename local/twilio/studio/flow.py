"""Flow definitions, in the form in which Studio exports them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.template.parameters import WORKFLOW_SID

_DIRECTORY = Path(__file__).parent / "flows"
_VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")

RECEPTION = "FW" + "1" * 32
"""The flow behind the account's Studio number: flows/reception.json."""

QUEUE = "FW" + "3" * 32
"""The flow behind the account's Flex number, which queues calls for an agent: flows/queue.json."""

TRIGGER = "Trigger"
ENDED = "Ended"


@dataclass(frozen=True)
class Transition:
    """A transition from a widget to the next.

    Parameters
    ----------
    event
        What must happen, such as ``keypress``.
    next
        The widget it leads to; None ends the flow.
    conditions
        Of a ``match`` in a Split Based On widget.
    """

    event: str
    next: str | None
    conditions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Widget:
    """A widget of a flow: its name, type, properties and transitions."""

    name: str
    type: str
    properties: Mapping[str, Any]
    transitions: tuple[Transition, ...]

    def after(self, event: str) -> str | None:
        """Return the widget that an event leads to; None ends the flow."""
        return next((way.next for way in self.transitions if way.event == event), None)


@dataclass(frozen=True)
class Flow:
    """A published flow.

    Parameters
    ----------
    sid
        FW….
    name
        What the console calls it.
    definition
        As it was given, https://www.twilio.com/docs/studio/rest-api/v2/flow-definition.
    """

    sid: str
    name: str
    definition: Mapping[str, Any]
    widgets: Mapping[str, Widget] = field(repr=False)

    @staticmethod
    def of(sid: str, name: str, definition: Mapping[str, Any]) -> Flow:
        """Read a definition."""
        widgets = {
            state["name"]: Widget(
                state["name"],
                state["type"],
                state.get("properties", {}),
                tuple(
                    Transition(way["event"], way.get("next"), tuple(way.get("conditions", ())))
                    for way in state.get("transitions", ())
                ),
            )
            for state in definition["states"]
        }
        return Flow(sid, name, definition, widgets)


def sample_flows(public_base_url: str) -> dict[str, Flow]:
    """Return the flows that ``make run`` starts with, by SID.

    ``${PublicBaseUrl}`` in their files stands for the application's public URL, ``${WorkflowSid}`` for the
    workflow that calls wait for.
    """
    flows: dict[str, Flow] = {}
    for path in sorted(_DIRECTORY.glob("*.json")):
        text = path.read_text(encoding="utf-8").replace("${PublicBaseUrl}", public_base_url)
        document = json.loads(text.replace("${WorkflowSid}", WORKFLOW_SID))
        flows[document["sid"]] = Flow.of(document["sid"], document["friendly_name"], document["definition"])
    return flows


def filled(text: Any, context: Mapping[str, Any]) -> str:
    """Replace references such as ``{{widgets.menu.Digits}}`` by values of the context, or by nothing."""

    def look(match: re.Match[str]) -> str:
        value: Any = context
        for name in match[1].split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return "" if value is None else str(value)

    return _VARIABLE.sub(look, str(text))

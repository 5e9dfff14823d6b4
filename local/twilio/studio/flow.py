"""Flow definitions, in the form in which Studio exports them."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.template.parameters import WORKFLOW_SID
from local.twilio.studio import flow_files
from local.twilio.taskrouter.workspace import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOG = logging.getLogger(__name__)
_DIRECTORY = Path(__file__).parent / "flows"

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
    revision
        Its number, from 1.
    """

    sid: str
    name: str
    definition: Mapping[str, Any]
    widgets: Mapping[str, Widget] = field(repr=False)
    revision: int = 1

    @staticmethod
    def of(sid: str, name: str, definition: Mapping[str, Any], revision: int = 1) -> Flow:
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
        return Flow(sid, name, definition, widgets, revision)


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


def ready_made_flows(public_base_url: str, directory: Path = flow_files.DIRECTORY) -> dict[str, Flow]:
    """Return the flows of ``config-files/studio`` by the names of their files, which also make their SIDs.

    A file that cannot be used is logged and left out.
    """
    values = {
        "ApiUrl": public_base_url,
        "WorkflowSid": WORKFLOW_SID,
        "TaskChannelSid": CHANNELS["voice"],
    }
    flows: dict[str, Flow] = {}
    for path in sorted(directory.glob("*.json")):
        try:
            definition = flow_files.render(flow_files.read(path), values)
            flows[path.stem] = Flow.of(ready_made_sid(path.stem), path.stem, definition)
        except (flow_files.FlowFileError, KeyError, TypeError) as error:
            _LOG.warning("The local Studio leaves out %s: %s", path.name, error)
    return flows


def ready_made_sid(name: str) -> str:
    """Return the SID that a flow of ``config-files/studio`` has in the stand-in."""
    return "FW" + hashlib.sha256(f"studio flow {name}".encode()).hexdigest()[:32]

"""What of a flow the local Studio cannot play: it is said when a flow is loaded, not to a caller later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.studio import liquid
from local.twilio.studio.conditions import CONDITIONS
from local.twilio.studio.widgets import AT_ONCE, TALKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.twilio.studio.flow import Flow, Widget

_PLAYED = {"trigger", "run-subflow", *TALKING, *AT_ONCE}


def unplayable(flow: Flow) -> Iterator[tuple[str, str]]:
    """Yield the name of each widget that cannot be played, and why.

    Twilio takes such a flow: it may use more of Studio than the stand-in has.
    """
    for widget in flow.widgets.values():
        yield from ((widget.name, reason) for reason in dict.fromkeys(_reasons(widget)))


def _reasons(widget: Widget) -> Iterator[str]:
    if widget.type not in _PLAYED:
        yield f"widgets of type {widget.type}"
    if widget.type == "make-http-request" and "json" in str(widget.properties.get("content_type", "")):
        yield "requests with a JSON body"
    for way in widget.transitions:
        for condition in way.conditions:
            if condition["type"] not in CONDITIONS:
                yield f"the condition {condition['type']}"
            for argument in condition["arguments"]:
                yield from liquid.unknown_parts(str(argument))
    yield from (reason for text in _texts(widget.properties) for reason in liquid.unknown_parts(text))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)

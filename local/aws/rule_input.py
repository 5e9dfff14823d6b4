"""What a rule's target receives: the event itself, a part of it, a constant, or a template filled from it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\['([^']+)'\]")
_HOLE = re.compile(r"<([^<>]+)>")


def transform_input(settings: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    """Apply a target's ``Input``, ``InputPath`` or ``InputTransformer`` to an event.

    Raises
    ------
    ValueError
        If the constant, or the template once filled, is not JSON.
    """
    if "Input" in settings:
        return json.loads(settings["Input"])
    if "InputPath" in settings:
        return _find(event, settings["InputPath"])
    if "InputTransformer" in settings:
        transformer = settings["InputTransformer"]
        paths = transformer.get("InputPathsMap", {})
        return _fill(
            transformer["InputTemplate"], {name: _find(event, path) for name, path in paths.items()}, event
        )
    return dict(event)


def _find(event: Mapping[str, Any], path: str) -> Any:
    """Return the value at a JSON path, or None where there is none."""
    found: Any = event
    for step in _STEP.finditer(path.removeprefix("$")):
        key = step[1] or step[3]
        try:
            found = found[int(step[2])] if step[2] else found[key]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def _fill(template: str, values: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    known = {**values, "aws.events.event": {key: event[key] for key in event if key != "detail"}}
    known["aws.events.event.json"] = dict(event)

    def replace(hole: re.Match[str]) -> str:
        if hole[1] not in known:
            return hole[0]
        value = known[hole[1]]
        quotes = template.count('"', 0, hole.start()) - template.count('\\"', 0, hole.start())
        if quotes % 2 == 0:
            return json.dumps(value)
        text = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(text)[1:-1]  # inside a string: escaped, without quotes of its own

    return json.loads(_HOLE.sub(replace, template))

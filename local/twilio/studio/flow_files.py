"""Flow definitions in ``config-files/studio``, and the placeholders in them.

A file is a definition as Studio's console exports and imports it. ``${ApiUrl}``, ``${WorkflowSid}`` and
``${TaskChannelSid}`` in its texts stand for what differs from account to account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

DIRECTORY: Final = Path(__file__).resolve().parents[3] / "config-files" / "studio"
PLACEHOLDERS: Final = frozenset({"ApiUrl", "WorkflowSid", "TaskChannelSid"})
_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")


class FlowFileError(Exception):
    """A file that holds no flow definition, or a placeholder without a value; the message says which."""


def read(path: Path) -> dict[str, Any]:
    """Return the definition in a file, placeholders included.

    Raises
    ------
    FlowFileError
        The file is missing, or holds no JSON object.
    """
    try:
        definition = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FlowFileError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise FlowFileError(f"{path}: cannot be read as JSON: {error}") from None
    if not isinstance(definition, dict) or not isinstance(definition.get("states"), list):
        raise FlowFileError(f"{path}: is no flow definition: it has no list of states")
    return definition


def placeholders(definition: Any) -> set[str]:
    """Return the names of the placeholders in a definition."""
    return set(_PLACEHOLDER.findall(json.dumps(definition, ensure_ascii=False)))


def render(definition: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return a definition with values in place of the placeholders.

    Raises
    ------
    FlowFileError
        A placeholder has no value.
    """
    if missing := sorted(placeholders(definition) - {name for name, value in values.items() if value}):
        names = ", ".join(f"${{{name}}}" for name in missing)
        raise FlowFileError(f"no value for {names}")
    filled: dict[str, Any] = _render(definition, values)
    return filled


def _render(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: values[match[1]], value)
    if isinstance(value, Mapping):
        return {name: _render(one, values) for name, one in value.items()}
    return [_render(one, values) for one in value] if isinstance(value, list) else value

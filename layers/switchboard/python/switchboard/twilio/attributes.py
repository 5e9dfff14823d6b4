"""Attributes of tasks, conversations and messages: a JSON object as text, which an update replaces.

Several systems write them, each its own fields, so they are merged
(https://www.twilio.com/docs/conversations-classic/api/conversation-resource,
https://www.twilio.com/docs/taskrouter/api/task).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

LONG_LIVED: Final[Mapping[str, Any]] = {"long_lived": True, "status": "ACTIVE"}
RELEASED: Final[Mapping[str, Any]] = {"long_lived": False, "status": "INACTIVE"}


def parse_attributes(value: Any) -> Mapping[str, Any]:
    """Return a JSON object that Twilio gives as one or as its text; anything else counts as empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def dump_attributes(attributes: Mapping[str, Any]) -> str:
    """Return attributes as Twilio takes them: compact, because their size is limited."""
    return json.dumps(attributes, separators=(",", ":"), ensure_ascii=False)


def merge_attributes(text: str | None, changes: Mapping[str, Any]) -> str | None:
    """Return attributes with some fields changed and the others as they are; None if nothing changes.

    Parameters
    ----------
    text : str or None
        The attributes as Twilio gives them. What is no JSON object counts as an empty one.
    changes : Mapping[str, Any]
        Fields and their new values.

    Raises
    ------
    RecursionError
        The attributes nest too deeply to be read. They are not replaced, because they may be valid.
    """
    try:
        current = json.loads(text or "{}")
    except ValueError:
        current = {}
    if not isinstance(current, dict):
        current = {}
    if all(
        name in current and current[name] == value and type(current[name]) is type(value)
        for name, value in changes.items()
    ):
        return None
    return dump_attributes({**current, **changes})

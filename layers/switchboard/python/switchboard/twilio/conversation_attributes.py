"""Attributes of a conversation: JSON text that several systems write, each its own fields.

https://www.twilio.com/docs/conversations-classic/api/conversation-resource: an update replaces all of it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

LONG_LIVED: Final[Mapping[str, Any]] = {"long_lived": True, "status": "ACTIVE"}
RELEASED: Final[Mapping[str, Any]] = {"long_lived": False, "status": "INACTIVE"}


def merge_attributes(text: str | None, changes: Mapping[str, Any]) -> str | None:
    """Return attributes with some fields changed and the others as they are; None if nothing changes.

    Parameters
    ----------
    text : str or None
        The attributes as Twilio gives them. What is no JSON object counts as an empty one.
    changes : Mapping[str, Any]
        Fields and their new values.
    """
    try:
        current = json.loads(text or "{}")
    except ValueError:
        current = None
    if isinstance(current, dict) and all(
        name in current and current[name] == value and type(current[name]) is type(value)
        for name, value in changes.items()
    ):
        return None
    merged = {**(current if isinstance(current, dict) else {}), **changes}
    return json.dumps(merged, ensure_ascii=False, separators=(",", ":"))

"""Further fields of a request: what placeholders in the prompts stand for, such as ``{name}``."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from switchboard.inputs.errors import WrongField

MOST_FIELDS: Final = 20
LONGEST_VALUE: Final = 300

PLACEHOLDER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")

SCHEMA: Final[dict[str, Any]] = {
    "additionalProperties": {
        "type": "string",
        "maxLength": LONGEST_VALUE,
        "description": "What a placeholder of this name stands for in the prompts, such as `{name}`.",
    },
    "propertyNames": {"pattern": f"^{PLACEHOLDER_NAME.pattern}$"},
}
"""For the JSON schema of a request that takes such fields."""


def read_placeholders(values: Mapping[str, Any]) -> dict[str, str]:
    """Return further fields as texts; JSON's numbers and truth values are texts as JSON writes them.

    Raises
    ------
    WrongField
        There are too many, or one cannot be the name or the value of a placeholder.
    """
    if len(values) > MOST_FIELDS:
        raise WrongField("body", f"must have at most {MOST_FIELDS} further fields")
    return {name: _read_value(name, value) for name, value in values.items()}


def _read_value(name: str, value: Any) -> str:
    if not PLACEHOLDER_NAME.fullmatch(name):
        raise WrongField(name[:64], "must have a name of letters, digits, _ and -, at most 64")
    text = json.dumps(value) if isinstance(value, bool | int | float) else value
    if not isinstance(text, str):
        raise WrongField(name, "must be text")  # pydantic collects ValueErrors
    if len(text) > LONGEST_VALUE:
        raise WrongField(name, f"must have at most {LONGEST_VALUE} characters")
    return text.strip()

"""The forms that numbers and SIDs have."""

import re
from typing import Final

_E164: Final = re.compile(r"\+[0-9]{7,15}")
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


def is_e164(text: str) -> bool:
    """Tell whether a text is a phone number in E.164 form: "+" and 7 to 15 digits."""
    return _E164.fullmatch(text) is not None


def is_sid(text: str, *prefixes: str) -> bool:
    """Tell whether a text is a SID: two capital letters, one of the prefixes if any, and 32 hex digits."""
    return _SID.fullmatch(text) is not None and (not prefixes or text[:2] in prefixes)

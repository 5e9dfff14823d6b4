"""Who is on the line."""

from collections.abc import Mapping
from typing import Final

from switchboard.errors import BadRequest, FieldError
from switchboard.validation import is_e164, is_sid

# What a withheld number is shown as where carriers spell the reason on the keypad: ANONYMOUS, RESTRICTED,
# BLOCKED, UNKNOWN, UNAVAILABLE.
_WITHHELD: Final = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def call_sid(params: Mapping[str, str]) -> str:
    """Return a call webhook's CallSid; BadRequest where it is none."""
    sid = params.get("CallSid", "")
    if not is_sid(sid, "CA"):
        raise BadRequest.about(FieldError(field="CallSid", message="must be CA and 32 hexadecimal digits"))
    return sid


def of_call(params: Mapping[str, str]) -> str:
    """Return the number of the person on a call, or the CallSid where it is withheld or no number.

    Parameters
    ----------
    params : Mapping[str, str]
        The webhook's CallSid, Direction, From and To. The respondent is who called, or whom we called.
    """
    number = params.get("To" if params.get("Direction", "").startswith("outbound") else "From", "")
    return number if is_e164(number) and number not in _WITHHELD else params["CallSid"]


def has_number(respondent: str) -> bool:
    """Whether a respondent can be sent text messages."""
    return respondent.startswith("+")

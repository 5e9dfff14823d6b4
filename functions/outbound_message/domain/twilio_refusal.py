"""What Twilio's errors say: which conversation two numbers have already, and whose fault a refusal is."""

import re
from typing import Final, Literal

BINDING_EXISTS: Final = 50416
"""The pair of numbers is in a conversation that is not closed; https://www.twilio.com/docs/api/errors/50416."""
CONVERSATION_CLOSED: Final = 50377

_CONVERSATION: Final = re.compile(r"\bCH[0-9a-fA-F]{32}\b")
_SENDER: Final = frozenset({21212, 21606, 21607, 21659, 21660, 21603, 50408, 63007})
_RECIPIENT: Final = frozenset({50407, 21604, 63003, 63024, 63112})
_CONTENT: Final = frozenset({21617, 21602, 21654, 21655, 21656, 50503, 63016, 63028})

Field = Literal["fromNumber", "toNumber", "messageBody"]


def existing_conversation(message: str) -> str | None:
    """Return the SID of the conversation that the message of error 50416 names.

    Example
    -------
        >>> text = "A binding for this participant and proxy address already exists in Conversation "
        >>> existing_conversation(text + "CH" + "0" * 32)
        'CH00000000000000000000000000000000'
    """
    found = _CONVERSATION.findall(message)
    return found[-1] if found else None


def field_of(code: int | None, number_refused: frozenset[int]) -> Field | None:
    """Return the field of the request that a refusal is about; None where it is about none.

    Parameters
    ----------
    code : int or None
        Twilio's error code.
    number_refused : frozenset of int
        The layer's list of errors about the number that a message is for.
    """
    if code in _SENDER:
        return "fromNumber"
    if code in _RECIPIENT or code in number_refused:
        return "toNumber"
    return "messageBody" if code in _CONTENT else None

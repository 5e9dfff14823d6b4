"""How each local phone behaves when it is called or texted, and what line it has."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

from local.http_messages import LocalError

CALLS = ("answer", "ring", "voicemail", "busy", "no-answer", "failed")
TEXTS = ("delivered", "undelivered", "failed")
ANSWERED_BY = (
    "human",
    "machine_start",
    "machine_end_beep",
    "machine_end_silence",
    "machine_end_other",
    "fax",
    "unknown",
)

LINE_TYPES = (
    "mobile",
    "landline",
    "fixedVoip",
    "nonFixedVoip",
    "personal",
    "tollFree",
    "premium",
    "sharedCost",
    "uan",
    "voicemail",
    "pager",
    "unknown",
)
"""https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence#type-property-values"""


@dataclass(frozen=True)
class Behaviour:
    """The behaviour of a phone.

    Parameters
    ----------
    calls
        ``answer`` at once, ``ring`` until it is answered or declined, ``voicemail``, ``busy``,
        ``no-answer`` or ``failed``.
    texts
        What becomes of a message to it: ``delivered``, ``undelivered`` or ``failed``.
    error_code
        Twilio's error code for a message that does not arrive, such as 30003 (unreachable handset).
    answered_by
        What machine detection finds, where that is not what ``calls`` suggests.
    line_type
        What Lookup tells about the number; it does not change what becomes of calls and messages.
    """

    calls: str = "answer"
    texts: str = "delivered"
    error_code: int = 30003
    answered_by: str = ""
    line_type: str = "mobile"

    def found(self, detection: str) -> str:
        """Return the AnsweredBy value for a MachineDetection of Enable or DetectMessageEnd."""
        if self.answered_by:
            return self.answered_by
        if self.calls != "voicemail":
            return "human"
        return "machine_end_beep" if detection == "DetectMessageEnd" else "machine_start"


class Phones:
    """How every phone behaves; by default it answers at once and gets its messages."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._behaviours: dict[str, Behaviour] = {}

    def behaviour(self, address: str) -> Behaviour:
        """Return how a phone behaves."""
        with self._lock:
            return self._behaviours.get(address, Behaviour())

    def change(self, address: str, **changes: Any) -> Behaviour:
        """Change how a phone behaves.

        Raises
        ------
        LocalError
            400 for a value that does not exist.
        """
        behaviour = replace(self.behaviour(address), **changes)
        allowed = (
            ("calls", behaviour.calls, CALLS),
            ("texts", behaviour.texts, TEXTS),
            ("answeredBy", behaviour.answered_by, ("", *ANSWERED_BY)),
            ("lineType", behaviour.line_type, LINE_TYPES),
        )
        for name, value, values in allowed:
            if value not in values:
                raise LocalError(400, f"{name} must be one of {', '.join(filter(None, values))}")
        with self._lock:
            self._behaviours[address] = behaviour
        return behaviour

    def dump(self) -> dict[str, Any]:
        """Return all behaviours in a form that JSON can keep."""
        with self._lock:
            return {address: asdict(behaviour) for address, behaviour in self._behaviours.items()}

    def load(self, state: dict[str, Any]) -> None:
        """Replace all behaviours by dumped ones."""
        with self._lock:
            self._behaviours = {address: Behaviour(**fields) for address, fields in state.items()}

"""The REST calls that the stand-in received, and the errors of injected faults."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.twilio.errors import TwilioError

if TYPE_CHECKING:
    from local.activity import Activity
    from local.faults import Fault

# What Twilio says with a status when no resource of its own says it better.
_FAULTS = {
    400: (20001, "Bad request"),
    401: (20003, "Authenticate"),
    403: (20403, "Forbidden"),
    404: (20404, "Not found"),
    409: (20409, "Conflict"),
    412: (20412, "Precondition Failed"),
    429: (20429, "Too Many Requests"),
    500: (20500, "Internal Server Error"),
    503: (20503, "Service Unavailable"),
}


@dataclass
class Record:
    """One REST call as the stand-in received it.

    Parameters
    ----------
    method, url
        As sent to Twilio: the real host, the path and the query string.
    params
        Form fields or the JSON object; of a GET, the query. A repeated field is a list.
    status
        What the stand-in answered.
    invocation
        The ID of the invocation that asked; "" where none did.
    """

    method: str
    url: str
    params: dict[str, Any]
    status: int
    invocation: str = field(default="", repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the record as the HTTP interface shows it."""
        return {"method": self.method, "url": self.url, "params": self.params, "status": self.status}


class RequestLog:
    """Records of REST calls, oldest first; the platform's activity is told of each, where there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self.activity: Activity | None = None

    def add(self, record: Record) -> None:
        """Add a record."""
        with self._lock:
            self._records.append(record)
        if self.activity:
            cause = self.activity.number_of(record.invocation)
            self.activity.begin("twilio", f"{record.method} {record.url}", cause, status=record.status)

    def records(self) -> list[dict[str, Any]]:
        """Return the records as the HTTP interface shows them."""
        with self._lock:
            return [record.as_json() for record in self._records]

    def clear(self) -> list[dict[str, Any]]:
        """Empty the list and return it."""
        with self._lock:
            self._records.clear()
        return []


def fault_matches(match: str, request: str) -> bool:
    """Whether a fault is meant for a request, ``METHOD url``: its match is a part or a pattern of it."""
    if match in request:
        return True
    try:
        return re.search(match, request) is not None
    except re.error:
        return False


def fault_error(fault: Fault) -> TwilioError:
    """Return the error that a fault injects."""
    code, message = _FAULTS.get(fault.status, (20000 + fault.status, "Fault"))
    return TwilioError(fault.status, fault.code or code, message)

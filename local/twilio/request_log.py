"""What the stand-in was asked, and what it has been told to get wrong."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from local.twilio.errors import TwilioError

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
    """

    method: str
    url: str
    params: dict[str, Any]
    status: int


@dataclass
class Fault:
    """A failure on order.

    Parameters
    ----------
    match
        Part of ``METHOD url``, or a regular expression that is found in it.
    status
        HTTP status to answer with.
    times
        How many requests are still to fail.
    delay_seconds
        Real seconds to wait before answering.
    code
        Twilio's error code; by default the one that belongs to the status.
    """

    match: str
    status: int
    times: int = 1
    delay_seconds: float = 0.0
    code: int | None = None

    def fits(self, request: str) -> bool:
        """Whether this fault is meant for a request, given as ``METHOD url``."""
        if self.match in request:
            return True
        try:
            return re.search(self.match, request) is not None
        except re.error:
            return False

    def error(self) -> TwilioError:
        """Return the refusal that this fault stands for."""
        code, message = _FAULTS.get(self.status, (20000 + self.status, "Fault"))
        return TwilioError(self.status, self.code or code, message)


class RequestLog:
    """Records of REST calls, and the faults that are pending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self._faults: list[Fault] = []

    def record(self, record: Record) -> None:
        """Keep one more record."""
        with self._lock:
            self._records.append(record)

    def records(self) -> list[dict[str, Any]]:
        """Return the records, oldest first, as the HTTP interface shows them."""
        with self._lock:
            return [asdict(record) for record in self._records]

    def clear_records(self) -> None:
        """Empty the list of records."""
        with self._lock:
            self._records.clear()

    def add_fault(self, fault: Fault) -> None:
        """Make the next matching requests fail."""
        with self._lock:
            self._faults.append(fault)

    def faults(self) -> list[dict[str, Any]]:
        """Return the pending faults."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear_faults(self) -> None:
        """Fail no more."""
        with self._lock:
            self._faults.clear()

    def raise_if_faulted(self, method: str, url: str) -> None:
        """Fail if a pending fault is meant for this request.

        Raises
        ------
        TwilioError
            The failure that was ordered.
        """
        with self._lock:
            fault = next((one for one in self._faults if one.fits(f"{method} {url}")), None)
            if fault is None:
                return
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        time.sleep(fault.delay_seconds)
        if fault.status >= 400:
            raise fault.error()

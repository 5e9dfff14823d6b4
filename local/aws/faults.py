"""Making AWS fail on purpose, for what the functions ask of it: ``/_local/aws/faults``."""

import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from local.http_messages import HttpRequest, LocalError, parse_json


@dataclass
class AwsFault:
    """A failure on order.

    Parameters
    ----------
    match
        Service and operation, such as ``dynamodb.UpdateItem``, or a service alone.
    status
        HTTP status to answer with.
    times
        How many requests are still to fail; a client's own retries count.
    delay_seconds
        Real seconds to wait before answering.
    """

    match: str
    status: int = 500
    times: int = 1
    delay_seconds: float = 0.0


class AwsFaults:
    """The faults that are pending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[AwsFault] = []

    def raise_if_faulted(self, service: str, operation: str) -> int | None:
        """Return the status that this request must fail with, after the fault's delay; None: it goes on."""
        with self._lock:
            wanted = {service, f"{service}.{operation}"}
            fault = next((one for one in self._faults if one.match in wanted), None)
            if fault is None:
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        time.sleep(fault.delay_seconds)
        return fault.status

    def add(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Order one: ``{"match", "status"?, "times"?, "delaySeconds"?}``."""
        try:
            wanted = parse_json(request.body)
            fault = AwsFault(
                str(wanted["match"]),
                int(wanted.get("status", 500)),
                int(wanted.get("times", 1)),
                float(wanted.get("delaySeconds", 0)),
            )
        except (ValueError, TypeError, KeyError):
            raise LocalError(
                400, 'send {"match": "dynamodb.UpdateItem", "status": 500, "times": 1}'
            ) from None
        if not (400 <= fault.status <= 599 and fault.times >= 1 and 0 <= fault.delay_seconds <= 60):
            raise LocalError(400, "status is 400 to 599, times from 1, delaySeconds 0 to 60")
        with self._lock:
            self._faults.append(fault)
        return self.pending()

    def pending(self) -> list[dict[str, Any]]:
        """Return the faults that are still to come."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def forget(self) -> None:
        """Fail no more."""
        with self._lock:
            self._faults.clear()

"""Errors of calls to AWS, the same for every client."""

from collections.abc import Mapping
from typing import Any, Final

_THROTTLED: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TRANSIENT: Final = frozenset({"RequestTimeout", "RequestTimeoutException"})
_TRANSIENT_STATUSES: Final = frozenset({500, 502, 503, 504})


class AwsError(Exception):
    """A call to AWS failed."""


class ServiceError(AwsError):
    """A service refused a call, or failed at it.

    Parameters
    ----------
    code : str
        The service's name for the error, such as "ConditionalCheckFailedException".
    status : int
        The HTTP status.
    message : str
        The service's own words. They may hold what was sent, so they are not logged.
    item : Mapping[str, Any]
        For a condition that does not hold: the item as it is, as plain values, where the call asked for it.
    reasons : tuple of str
        For a cancelled transaction: the code of each of its writes, "None" for those without fault.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str = "",
        item: Mapping[str, Any] | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status
        self.message = message
        self.item = item or {}
        self.reasons = reasons


class Unreachable(AwsError):
    """A service did not answer: no connection, a broken one, no time left, or no credentials."""


def is_retryable(code: str, status: int) -> bool:
    """Tell whether the same call may succeed when it is made again, as the SDKs' standard mode decides.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    return code in _THROTTLED or code in _TRANSIENT or status in _TRANSIENT_STATUSES


def is_temporary(error: BaseException) -> bool:
    """Tell whether a failed call may succeed later, so that the caller is asked to try again.

    A table that is not there, or a right that is missing, is a fault of ours and not temporary.
    """
    if isinstance(error, ServiceError):
        return error.status >= 500 or is_retryable(error.code, error.status)
    return isinstance(error, Unreachable)

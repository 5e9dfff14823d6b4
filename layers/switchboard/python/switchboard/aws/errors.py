"""Errors of calls to AWS, the same for every service."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from switchboard.aws.attribute_values import from_item

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
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


class AwsError(Exception):
    """A call to AWS failed."""


class ServiceError(AwsError):
    """A service refused a call, or failed to carry it out.

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


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's errors into ServiceError and Unreachable.

    A call that breaks the service's model (ParamValidationError) is a fault in our code and stays as it is.
    """
    try:
        yield
    except ClientError as error:
        raise _service_error(error) from None
    except ParamValidationError:
        raise
    except (BotoCoreError, ResponseParserError) as error:
        # The cause may hold what was sent.
        raise Unreachable(type(error).__name__) from None


def is_temporary(error: BaseException) -> bool:
    """Tell whether a failed call may succeed later, so that the caller is asked to try again.

    A table that is not there, or a right that is missing, is a fault of the deployment and not temporary.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    if isinstance(error, ServiceError):
        return error.status >= 500 or error.status == 429 or error.code in _THROTTLED
    return isinstance(error, Unreachable)


def _service_error(error: ClientError) -> ServiceError:
    answer: Mapping[str, Any] = error.response
    fault = answer.get("Error", {})
    return ServiceError(
        str(fault.get("Code") or "Unknown"),
        int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0),
        str(fault.get("Message") or ""),
        from_item(answer.get("Item") or {}),
        tuple(str(reason.get("Code")) for reason in answer.get("CancellationReasons") or ()),
    )

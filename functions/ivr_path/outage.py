"""What a reader is told while AWS is down: to come again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from switchboard import aws
from switchboard.errors import ServiceUnavailable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_BUSY: Final = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "SlowDown"})


@contextmanager
def come_again() -> Iterator[None]:
    """Let a read fail with ServiceUnavailable where the same request may succeed later.

    What is our own mistake (a table that is not there, a request that AWS does not understand) stays what it
    is, so that it is found.
    """
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        if not _passes(error):
            raise
        raise _unavailable() from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise _unavailable() from error


def _passes(error: "ClientError") -> bool:
    code = aws.error_code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or code in _BUSY or code.startswith("Throttling")


def _unavailable() -> ServiceUnavailable:
    return ServiceUnavailable("The records cannot be read at the moment. Try again later.")

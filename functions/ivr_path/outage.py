"""What a reader is told while AWS is down: to come again."""

from collections.abc import Iterator
from contextlib import contextmanager

from switchboard import aws
from switchboard.errors import ServiceUnavailable


@contextmanager
def come_again() -> Iterator[None]:
    """Let a read fail with ServiceUnavailable where the same request may succeed later."""
    try:
        yield
    except aws.AwsError as error:
        if not aws.is_temporary(error):
            raise
        raise ServiceUnavailable("The records cannot be read at the moment. Try again later.") from error

"""Conditional writes to DynamoDB: of concurrent writers one wins, and the others read again."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from switchboard import aws

T = TypeVar("T")

TRIES: Final = 25
"""How often a turn that lost a race is taken again; real callers race once."""


class WriteConflict(Exception):
    """A concurrent request wrote the item since it was read.

    Parameters
    ----------
    item : Mapping[str, Any]
        The item as it is now, as plain values, where the write asked for it
        (``ReturnValuesOnConditionCheckFailure="ALL_OLD"``); otherwise empty.
    """

    def __init__(self, item: Mapping[str, Any] | None = None) -> None:
        super().__init__("the item is not as expected")
        self.item = item or {}


@contextmanager
def conflicts() -> Iterator[None]:
    """Turn a condition that does not hold into WriteConflict.

    Example
    -------
        >>> with conflicts():
        ...     aws.client("dynamodb").put_item(TableName="T", Item=item, ConditionExpression="version = :v")
    """
    try:
        yield
    except aws.ServiceError as error:
        if error.code != "ConditionalCheckFailedException":
            raise
        raise WriteConflict(error.item) from None


def retry_on_conflict(turn: Callable[[], T], tries: int = TRIES) -> T:
    """Take a turn, which reads, decides and writes, again until no concurrent request wrote in between.

    Raises
    ------
    WriteConflict
        After so many tries.
    """
    for tried in range(1, tries):
        try:
            return turn()
        except WriteConflict:
            time.sleep(random.uniform(0, 0.01 * tried))  # noqa: S311  # parts concurrent writers, guards nothing
    return turn()

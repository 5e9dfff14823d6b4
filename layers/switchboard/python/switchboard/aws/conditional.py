"""Conditional writes to DynamoDB: one concurrent writer succeeds, the others read again and retry."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from switchboard import aws

T = TypeVar("T")

TRIES: Final = 25
"""How often a turn is retried after a conflict; real callers conflict once."""


_CANCELED_BY: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


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
    """Raise WriteConflict where a write's condition does not hold.

    Of a transaction also where another one writes an item of it at this moment
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling).

    Example
    -------
        >>> with conflicts():
        ...     aws.client("dynamodb").put_item(TableName="T", Item=item, ConditionExpression="version = :v")
    """
    try:
        yield
    except aws.ServiceError as error:
        is_conflict = _CANCELED_BY & set(error.reasons) or error.code == "ConditionalCheckFailedException"
        if not is_conflict:
            raise
        raise WriteConflict(error.item) from None


def retry_on_conflict(turn: Callable[[], T], tries: int = TRIES) -> T:
    """Run a turn, which reads, decides and writes, until no concurrent request writes in between.

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

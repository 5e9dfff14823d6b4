"""Effects that happen once although their events may arrive twice, such as a text message.

Rests on Powertools' idempotency
(https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/). Its table, named by
IDEMPOTENCY_TABLE, has the partition key ``id`` and the TTL attribute ``expiration``.
"""

import functools
from collections.abc import Callable
from typing import TypeVar

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from switchboard import aws
from switchboard.invocation import lambda_context
from switchboard.settings import Settings, from_environment

T = TypeVar("T")

DAY_SECONDS = 86400


class _Settings(Settings):
    idempotency_table: str


def once(key: str, effect: Callable[[], T], seconds: int = DAY_SECONDS) -> T:
    """Run an effect unless it has run already, and return its result.

    The key is claimed before the effect and completed after it. If the effect raises, the key is free again.
    If the function dies in between, the key is free when the invocation's time is over.

    Parameters
    ----------
    key : str
        What makes the effect the same one, such as ``f"summary/{session_id}"``.
    effect : Callable[[], T]
        Its result must be something JSON can say.
    seconds : int
        How long the key and the result are remembered.

    Raises
    ------
    aws_lambda_powertools.utilities.idempotency.exceptions.IdempotencyAlreadyInProgressError
        Another invocation is running the effect. Let it rise: the event comes again and finds the result.
    """
    config = IdempotencyConfig(expires_after_seconds=seconds)
    context = lambda_context.get()
    if context is not None:
        config.register_lambda_context(context)

    def carry_out(*, key: str) -> T:  # noqa: ARG001  # Powertools takes the key from here
        return effect()

    guarded: Callable[..., T] = idempotent_function(
        carry_out,
        data_keyword_argument="key",
        persistence_store=_store(),
        config=config,
        key_prefix="switchboard",
    )
    return guarded(key=key)


@functools.cache
def _store() -> DynamoDBPersistenceLayer:
    table = from_environment(_Settings).idempotency_table
    return DynamoDBPersistenceLayer(table_name=table, boto3_client=aws.boto3_client("dynamodb"))

"""The invocation that is running: its context, and its ids on every log line."""

import logging
import os
from contextvars import ContextVar
from typing import Any

from switchboard.log import logger

# Holds how much time is left.
lambda_context: ContextVar[Any] = ContextVar("lambda_context", default=None)

_cold = True


def begin(context: Any) -> None:
    """Begin an invocation: forget the last one's log keys, and put this one's on every line."""
    global _cold  # noqa: PLW0603  # cold or warm is a fact about this process
    lambda_context.set(context)
    # Read here and not at import: a process may be given its environment after this module was imported.
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    logger.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")
    logger.clear_state()
    logger.append_keys(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", "switchboard"),
        function_name=getattr(context, "function_name", ""),
        function_request_id=getattr(context, "aws_request_id", ""),
        cold_start=_cold,
    )
    _cold = False


def seconds_left() -> float:
    """Return how long the running invocation may go on, in seconds; without a context, for ever.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """
    context = lambda_context.get()
    return float("inf") if context is None else context.get_remaining_time_in_millis() / 1000

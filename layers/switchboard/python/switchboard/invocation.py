"""The running invocation: its context, and its ids on every log line."""

import logging
import os
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

from switchboard.inputs.forms import Sid
from switchboard.log import logger

# Holds how much time is left.
lambda_context: ContextVar[Any] = ContextVar("lambda_context", default=None)

_SID_KEYS: Final = {
    "CA": "CallSid",
    "SM": "MessageSid",
    "MM": "MessageSid",
    "WT": "TaskSid",
    "CH": "ConversationSid",
    "FN": "ExecutionSid",
    "RE": "RecordingSid",
}
"""Keys of log lines that operators search for, by the prefix of the SID."""

_SID: Final = Sid(*_SID_KEYS)

_cold = True


def begin(context: Any, correlation_id: str = "") -> None:
    """Begin an invocation: forget the last one's log keys, and put this one's on every line.

    Parameters
    ----------
    context : Any
        What Lambda hands the handler.
    correlation_id : str
        The id that all log lines have in common which follow from one webhook.
    """
    global _cold  # noqa: PLW0603  # cold or warm is a fact about this process
    lambda_context.set(context)
    # Read here and not at import: a process may be given its environment after this module was imported.
    levels = logging.getLevelNamesMapping()
    level = levels.get(os.environ.get("LOG_LEVEL", "").upper(), logging.INFO)
    if level != logger.log_level:  # setting it clears the caches of all loggers
        logger.setLevel(level)
    logger.clear_state()
    logger.append_keys(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", "switchboard"),
        function_name=getattr(context, "function_name", ""),
        function_request_id=getattr(context, "aws_request_id", ""),
        cold_start=_cold,
    )
    logger.set_correlation_id(correlation_id or getattr(context, "aws_request_id", ""))
    _cold = False


def append_sids(values: Mapping[str, Any]) -> None:
    """Put the SIDs of a request or an event on every log line, as CallSid, MessageSid, TaskSid and so on."""
    found = (value for value in values.values() if isinstance(value, str) and _SID.matches(value))
    logger.append_keys(**{_SID_KEYS[sid[:2]]: sid for sid in found})


def seconds_left() -> float:
    """Return the seconds that are left of the running invocation; without a context, infinity.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """
    context = lambda_context.get()
    return float("inf") if context is None else context.get_remaining_time_in_millis() / 1000

"""JSON log lines by Powertools' Logger, and metrics by its EMF writer, both to standard output.

What is added to Powertools: the finished line is masked, so that no phone number and no secret gets past in a
message, a field, an exception or a stack trace.
https://docs.aws.amazon.com/powertools/python/latest/core/logger/
"""

import logging
import os
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric


class _MaskingFormatter(LambdaPowertoolsFormatter):
    def serialize(self, log: Any) -> str:
        """Return the line as JSON, masked."""
        return super().serialize(mask(log))


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to the current sys.stdout, which may not be the one of the import."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


logger = Logger(
    service="switchboard",
    logger_handler=_StandardOutput(sys.stdout),
    logger_formatter=_MaskingFormatter(utc=True, use_rfc3339=True, serialize_stacktrace=False),
)


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Add to a CloudWatch metric, by a line in the embedded metric format.

    https://docs.aws.amazon.com/powertools/python/latest/core/metrics/

    Parameters
    ----------
    name : str
        The metric, such as "SurveyCompleted".
    number : int
        How much to add.
    **dimensions : str
        At most nine, each with few values: every combination is a metric of its own that costs money.
    """
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "switchboard")
    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Switchboard")
    with single_metric(name, MetricUnit.Count, number, namespace=namespace) as metric:
        for dimension, value in {**dimensions, "service": service}.items():
            metric.add_dimension(dimension, value)


# A "+" (or its percent-encoding) and 7 to 15 digits; or 10 to 15 digits that stand alone. The second leaves
# out digits inside SIDs, UUIDs, decimals and identifiers, which an operator needs.
_NUMBER = re.compile(r"(?P<plus>\+|%2[Bb])(?P<e164>\d{6,15})|(?<![\w.\-])(?P<digits>\d{10,15})(?![\w\-])")
_SECRET_TEXT = re.compile(
    r"(?P<name>(?:auth|access)?[_-]?token|signature|password|authorization)(?P<equals>[\"']?\s*[=:]\s*[\"']?)"
    r"(?:(?:Bearer|Basic)\s+)?[^\s&\"',;]+",
    re.IGNORECASE,
)
# Before the account id of an ARN, which AWS's own error messages are full of.
_ARN = re.compile(r"\barn:[\w-]+:[\w-]*:[\w-]*:$")

_SECRET_KEYS = frozenset(
    {
        "authorization",
        "authtoken",
        "body",
        "messagebody",
        "password",
        "speechresult",
        "token",
        "transcriptiontext",
        "xtwiliosignature",
    }
)
_WITHHELD = "[not logged]"


def mask(value: Any) -> Any:
    """Return a value as it may be logged.

    Phone numbers in texts keep their last four digits (two where they have fewer than ten): ``+***4567``.
    Fields that hold what people wrote or said, and secrets, are withheld. Mappings and sequences are masked
    at any depth.

    Parameters
    ----------
    value : Any
        Anything JSON can say, or anything else (taken as its ``str``).

    Returns
    -------
    Any
        The same shape, masked.

    Example
    -------
        >>> mask({"to": "+15555550123", "Body": "hello"})
        {'to': '+***0123', 'Body': '[not logged]'}
    """
    if isinstance(value, str):
        return _mask_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {
            mask(str(key)): _WITHHELD if _is_secret(str(key)) and item else mask(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [mask(item) for item in value]
    return _mask_text(str(value))


def _mask_text(text: str) -> str:
    text = _NUMBER.sub(_shorten, text)
    return _SECRET_TEXT.sub(rf"\g<name>\g<equals>{_WITHHELD}", text)


def _shorten(match: re.Match[str]) -> str:
    digits = match["e164"] or match["digits"]
    if _ARN.search(match.string, max(0, match.start() - 80), match.start()):
        return match[0]
    kept = 4 if len(digits) >= 10 else 2
    return f"{match['plus'] or ''}***{digits[-kept:]}"


def _is_secret(key: str) -> bool:
    return key.lower().replace("-", "").replace("_", "") in _SECRET_KEYS

"""JSON log lines and metrics, both to standard output, where CloudWatch picks them up.

Phone numbers and secrets are masked in the finished line.

A line has the fields of Powertools' Logger (https://docs.aws.amazon.com/powertools/python/latest/core/logger/),
and is written by the standard library: importing Powertools was a sixth of what a first caller waited for.
"""

import json
import logging
import os
import re
import sys
import time
from collections.abc import Mapping
from typing import Any, Final, TextIO

_RECORD_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Logger(logging.Logger):
    """A logger with fields that stand on every line until the next invocation begins."""

    def __init__(self) -> None:
        super().__init__("switchboard")
        self.propagate = False
        self.fields: dict[str, Any] = {}
        handler = _StandardOutput(sys.stdout)
        handler.setFormatter(_JsonFormatter(self))
        self.addHandler(handler)

    def setLevel(self, level: int | str) -> None:  # noqa: N802  # the base class's name
        """Log from this level on; the standard library forgets what it remembers of its own loggers only."""
        super().setLevel(level)
        self._cache.clear()  # type: ignore[attr-defined]

    def append_keys(self, **fields: Any) -> None:
        """Put fields on every line from now on."""
        self.fields.update(fields)

    def clear_state(self) -> None:
        """Take the fields of `append_keys` away."""
        self.fields.clear()


class _JsonFormatter(logging.Formatter):
    """Masks the finished line, so that nothing gets past: message, fields, exception, stack trace."""

    def __init__(self, owner: "_Logger") -> None:
        super().__init__()
        self._owner = owner

    def format(self, record: logging.LogRecord) -> str:
        seconds, milliseconds = divmod(int(record.created * 1000), 1000)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        line: dict[str, Any] = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": f"{stamp}.{milliseconds:03d}+00:00",
            **self._owner.fields,
        }
        line.update((name, value) for name, value in vars(record).items() if name not in _RECORD_FIELDS)
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self.formatException(record.exc_info)
            line["exception_name"] = record.exc_info[0].__name__
        return json.dumps(mask(line), default=str)


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to what sys.stdout is now, not to what it was when this module was imported."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


logger = _Logger()


def count(name: str, number: int = 1, **dimensions: str) -> None:
    """Add to a CloudWatch metric, by a line in the embedded metric format.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

    Parameters
    ----------
    name : str
        The metric, such as "SurveyCompleted".
    number : int
        How much to add.
    **dimensions : str
        At most nine, each with few values: every combination is a metric of its own that costs money.
    """
    named = {**dimensions, "service": os.environ.get("POWERTOOLS_SERVICE_NAME", "switchboard")}
    directive = {
        "Namespace": os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Switchboard"),
        "Dimensions": [list(named)],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    sys.stdout.write(json.dumps({"_aws": metadata, **named, name: [float(number)]}) + "\n")


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
    """Return what may be logged in place of a value.

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

"""JSON log lines and metrics, both to standard output, where CloudWatch picks them up.

A line has the fields of Powertools' Logger (https://docs.aws.amazon.com/powertools/python/latest/core/logger/),
and is written by the standard library: importing Powertools was a sixth of what a first caller waited for.
"""

import json
import logging
import os
import sys
import time
from typing import Any, Final, TextIO

from switchboard.masking import mask

__all__ = ["count", "logger", "mask"]

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

"""JSON log lines and metrics, both to standard output, where CloudWatch picks them up.

https://docs.powertools.aws.dev/lambda/python/latest/core/logger/
"""

import logging
import os
import sys
from typing import Any, TextIO

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from switchboard.masking import mask

__all__ = ["count", "logger", "mask"]


class _MaskingFormatter(LambdaPowertoolsFormatter):
    """Masks the finished record, so that nothing gets past: message, keys, exception, stack trace."""

    def serialize(self, log: Any) -> str:
        return super().serialize(mask(log))


class _StandardOutput(logging.StreamHandler[TextIO]):
    """Writes to what sys.stdout is now, not to what it was when this module was imported."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


logger = Logger(
    service="switchboard",
    logger_formatter=_MaskingFormatter(utc=True, use_rfc3339=True),
    logger_handler=_StandardOutput(sys.stdout),
)


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
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Switchboard")
    with single_metric(name=name, unit=MetricUnit.Count, value=number, namespace=namespace) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(dimension, value)

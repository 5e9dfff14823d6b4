"""X-Ray traces by Powertools' Tracer, where the parameter Tracing turns them on.

https://docs.aws.amazon.com/powertools/python/latest/core/tracer/
"""

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

H = TypeVar("H", bound=Callable[..., Any])


def traced(handler: H) -> H:
    """Return a Lambda handler whose invocations, and calls to AWS and Twilio, are segments of a trace.

    Without the environment variable TRACING=true the handler is returned as it is, and neither Tracer nor the
    X-Ray SDK is imported. Answers are not put into traces: they hold what people wrote.
    """
    if os.environ.get("TRACING") != "true":
        return handler
    from aws_lambda_powertools import Tracer

    return cast("H", Tracer().capture_lambda_handler(handler, capture_response=False, capture_error=False))

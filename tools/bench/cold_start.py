"""How long a fresh process takes until a handler is ready."""

import os
import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.lambda_emulator import invoke_once


@dataclass(frozen=True)
class ColdStart:
    """Medians over fresh processes, in milliseconds.

    Parameters
    ----------
    init_ms : float
        From the start of the process until the handler's module is imported.
    first_ms : float
        The first invocation after that, with the clients and caches it has to fill.
    """

    init_ms: float
    first_ms: float


def measure(
    handler: str, event: Mapping[str, Any], environment: Mapping[str, str], starts: int = 9
) -> ColdStart:
    """Start `handler` in `starts` fresh processes, invoke each once, and return the medians.

    Raises
    ------
    EmulatorError
        The function could not be started, or failed.
    """
    variables = {**os.environ, **environment}
    runs = [invoke_once([sys.executable], handler, event, variables) for _ in range(starts)]
    return ColdStart(
        statistics.median(run.init_ms for run in runs), statistics.median(run.first_ms for run in runs)
    )

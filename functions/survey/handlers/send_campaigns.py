"""Every minute: contact recipients of campaigns who are due, and check the outcomes of others."""

from typing import Any, Final

from survey.campaigns.run import Run
from switchboard.deadline import within
from switchboard.invocation import seconds_left
from switchboard.log import logger
from switchboard.processor import Event, processor

MOST_SECONDS: Final = 60.0
"""Longest duration of a run: the next one begins then."""

_RESERVE_SECONDS: Final = 10.0


@processor(dict[str, Any])
def handler(_event: Event[dict[str, Any]]) -> None:
    """Process the running campaigns."""
    seconds = min(MOST_SECONDS, seconds_left() - _RESERVE_SECONDS)
    with within(seconds + _RESERVE_SECONDS / 2):
        if contacted := Run(seconds).go():
            logger.info("Recipients of campaigns are contacted", extra={"recipients": contacted})

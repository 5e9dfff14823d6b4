"""Expire surveys whose respondents no longer reply, and publish events again whose result file is missing.

Runs on a schedule over the sessions that are due: they have expired, or their result file was not written.
"""

from typing import Any

from survey.storage import sessions
from survey.turns import expire
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.timestamps import now_ms


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:  # noqa: ARG001  # a schedule's event says nothing
    """Process the sessions that are due."""
    now = now_ms()
    results = [expire(respondent, survey_id, now) for respondent, survey_id in sessions.due(now)]
    logger.info("Due sessions are processed", extra={"expired": sum(results), "seen": len(results)})

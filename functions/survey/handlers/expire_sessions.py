"""Expire surveys that wait for a reply in vain, and publish again what was not recorded.

Runs on a schedule over the sessions that are due: they have expired, or the event that should have had their
result file written did not do it.
"""

from typing import Any

from survey.storage import sessions
from survey.turns import expire
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.timestamps import now_ms


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:  # noqa: ARG001  # a schedule's event says nothing
    """Go through the sessions that are due."""
    now = now_ms()
    results = [expire(respondent, survey_id, now) for respondent, survey_id in sessions.due(now)]
    logger.info("Due sessions were seen", extra={"expired": sum(results), "seen": len(results)})

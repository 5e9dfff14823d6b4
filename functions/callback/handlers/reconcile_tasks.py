"""Every minute: create the tasks that TaskRouter did not accept while their requests lasted."""

from typing import Any

from callback.reconcile_due import count_open, merge_unrecorded, reconcile_due
from switchboard.deadline import within
from switchboard.log import logger
from switchboard.processor import Event, processor

_SECONDS = 50.0


@processor(dict[str, Any])
def handler(_event: Event[dict[str, Any]]) -> None:
    """Reconcile the records that are due, and the tasks that have no records."""
    with within(_SECONDS):
        if done := reconcile_due():
            logger.info("Callbacks' tasks were created late", extra={"callbacks": done})
        if done := merge_unrecorded():
            logger.info("Tasks without records were merged", extra={"callbacks": done})
        count_open()

"""Every minute: finish or undo requests that were left half done, and publish events that the bus refused."""

from typing import Any

from outbound_message.finish import finish_due
from switchboard.log import logger
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(_event: Event[dict[str, Any]]) -> None:
    """Finish the items that are due."""
    if finished := finish_due():
        logger.info("What was left half done is finished", extra={"items": finished})

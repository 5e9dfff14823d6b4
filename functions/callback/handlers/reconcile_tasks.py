"""Every minute: callbacks that TaskRouter did not take while their requests lasted."""

from typing import Any

from callback.reconcile_due import reconcile_due
from switchboard.deadline import within
from switchboard.log import logger
from switchboard.processor import Event, processor

_SECONDS = 50.0


@processor(dict[str, Any])
def handler(_event: Event[dict[str, Any]]) -> None:
    """Place them."""
    with within(_SECONDS):
        if placed := reconcile_due():
            logger.info("Callbacks were placed late", extra={"callbacks": placed})

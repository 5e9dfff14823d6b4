"""Reconciling the records whose requests ran out of time or were killed."""

from callback.ensure_task import new_lease
from callback.reconcile import reconcile
from callback.storage import records
from switchboard.aws.conditional import WriteConflict
from switchboard.deadline import remaining
from switchboard.errors import ServiceUnavailable
from switchboard.log import count, logger
from switchboard.timestamps import now_ms
from switchboard.twilio.outcome import Refused

_SECONDS_EACH = 15.0
"""The most that one record takes; with less time left, it waits for the next run."""


def reconcile_due() -> int:
    """Reconcile the records that are pending and leased to no request; return how many."""
    done = 0
    now = now_ms()
    for record in records.due(now):
        if remaining(60.0) < _SECONDS_EACH:
            break
        if record.state != "pending" or record.is_leased(now):
            continue
        if now - record.since > record.desired.timeout * 1000:
            # A task created in time would have timed out by now.
            logger.error(
                "A callback's task was never created", extra={"workflow": record.desired.workflow_sid}
            )
            count("CallbackLost")
            records.delete(record)
            continue
        leased = record.leased(new_lease(), now)
        try:
            records.save(leased, record)
            reconcile(leased)
            done += 1
        except WriteConflict:
            continue
        except (Refused, ServiceUnavailable) as error:
            logger.warning("A callback's task cannot be created yet", exc_info=error)
    return done

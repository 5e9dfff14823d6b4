"""Release the channels that are due: on a schedule, and again at once where one invocation was too short."""

from typing import Final

from channel_cleanup.release import Run
from channel_cleanup.requests.release_run import ReleaseRun
from switchboard.bus import publish
from switchboard.invocation import seconds_left
from switchboard.log import count, logger
from switchboard.processor import Event, processor
from switchboard.timestamps import now_ms

SOURCE: Final = "switchboard.channel_cleanup"
UNFINISHED: Final = "release.unfinished"
_RESERVE_SECONDS: Final = 15.0


@processor(ReleaseRun)
def handler(event: Event[ReleaseRun]) -> None:
    """Release channels until the invocation's time is nearly over; what is left is the next one's."""
    started_at = event.detail.started_at or now_ms()
    outcome = Run(started_at, seconds_left() - _RESERVE_SECONDS).release_due()
    logger.info("Channels released", extra=vars(outcome))
    count("ChannelsDue", outcome.due)
    # Without any progress the next scheduled run is early enough: Twilio is throttling.
    if not outcome.is_finished and outcome.has_progress:
        publish(SOURCE, UNFINISHED, {"startedAt": started_at})

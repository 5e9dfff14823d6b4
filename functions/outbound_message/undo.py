"""Remove what a request created at Twilio and no other request uses."""

from outbound_message.domain.progress import Progress
from outbound_message.storage import requests
from outbound_message.storage.requests import Claim
from outbound_message.storage.threads import Thread
from switchboard.log import logger
from switchboard.twilio import conversations
from switchboard.twilio.interactions import end_interaction
from switchboard.twilio.outcome import Refused


def own_part(progress: Progress, thread: Thread) -> Progress:
    """Return the progress; it no longer claims what another request has used meanwhile."""
    return progress if thread.is_unshared else progress.updated(is_new=False, is_new_task=False)


def undo(claim: Claim, progress: Progress) -> bool:
    """Remove what the request created; False if that is left to the next try, or to finish_requests.

    The intention is stored first: what an undone try has stored must not count for the next one. If that
    cannot be stored, nothing is removed.
    """
    if not progress.is_new and not progress.is_new_task:
        requests.end_undo(claim)
        return True
    try:
        requests.begin_undo(claim, progress)
        _remove(progress)
    except Exception:  # noqa: BLE001  # the caller must learn of the first failure
        logger.warning("What a failed request created is removed later", exc_info=True)
        return False
    requests.end_undo(claim)
    return True


def _remove(progress: Progress) -> None:
    if progress.is_new_task and progress.interaction_sid and progress.channel_sid:
        try:
            end_interaction(progress.interaction_sid, progress.channel_sid, with_conversation=progress.is_new)
        except Refused as error:
            if error.is_temporary:
                raise
            logger.info("The interaction has ended already", extra={"code": error.code})
    if progress.is_new:
        conversations.delete_conversation(progress.conversation_sid)

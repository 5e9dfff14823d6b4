"""Releasing a conversation, or a channel of legacy Programmable Chat.

https://www.twilio.com/docs/conversations-classic/api/conversation-resource,
https://www.twilio.com/docs/chat/rest/channel-resource
"""

from typing import Any, Final, Literal

from channel_cleanup.open_tasks import OpenTasks
from channel_cleanup.pace import Pace
from channel_cleanup.settings import ReleaseSettings
from switchboard import twilio
from switchboard.twilio.conversation_attributes import RELEASED, merge_attributes

_CLOSED: Final = 50377

Result = Literal["released", "deleted", "closed", "gone", "in use"]
"""``in use``: a task is open, and nothing was done. ``closed`` and ``gone``: it was so before."""


class TwilioChannels:
    """The account's conversations, or the channels of its Chat service.

    Parameters
    ----------
    settings : ReleaseSettings
        How they are released.
    pace : Pace
        When Twilio may be asked.
    """

    def __init__(self, settings: ReleaseSettings, pace: Pace) -> None:
        self._settings = settings
        self._pace = pace
        self._tasks = OpenTasks(settings.workspace_sid, pace)

    def connect(self) -> None:
        """Read the account's credentials, once, before threads do."""
        twilio.client()

    def release(self, sid: str) -> Result:
        """Release a channel as the settings say, unless a task is open for it.

        One that is gone, closed or released already counts as done: a run that died may have done it.

        Raises
        ------
        TasksUnknown
            It is not known whether a task is open.
        OutOfTime
            There is no time left to ask Twilio.
        twilio.base.exceptions.TwilioRestException, switchboard.errors.TwilioUnreachable
            Twilio refuses, or does not answer.
        """
        from twilio.base.exceptions import TwilioRestException

        try:
            return self._delete(sid) if self._settings.release_mode == "delete" else self._update(sid)
        except TwilioRestException as error:
            if error.status == 404:
                return "gone"
            if error.code == _CLOSED:
                return "closed"
            raise

    def _context(self, sid: str) -> Any:
        if service_sid := self._settings.legacy_chat_service_sid:
            return twilio.client().chat.v2.services(service_sid).channels(sid)
        return twilio.client().conversations.v1.conversations(sid)

    def _delete(self, sid: str) -> Result:
        if self._tasks.include(sid):
            return "in use"
        self._pace.ask(self._context(sid).delete)
        return "deleted"

    def _update(self, sid: str) -> Result:
        context = self._context(sid)
        found = self._pace.ask(context.fetch)
        # A channel of Programmable Chat has no state to change, only attributes.
        is_conversation = not self._settings.legacy_chat_service_sid
        if is_conversation and str(found.state) == "closed":
            return "closed"
        merged = merge_attributes(found.attributes, RELEASED)
        changes: dict[str, Any] = {} if merged is None else {"attributes": merged}
        if is_conversation and self._settings.release_mode == "close":
            changes["state"] = "closed"
        if changes:
            if self._tasks.include(sid):
                return "in use"
            self._pace.ask(lambda: context.update(**changes))
        return "released"

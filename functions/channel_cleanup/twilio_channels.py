"""Release a conversation, or a channel of legacy Programmable Chat."""

from collections.abc import Callable
from typing import Final, Literal

from channel_cleanup.open_tasks import OpenTasks
from channel_cleanup.pace import Pace
from channel_cleanup.settings import ReleaseSettings
from switchboard.twilio import chat_channels, conversations
from switchboard.twilio.attributes import RELEASED, merge_attributes
from switchboard.twilio.outcome import CONVERSATION_CLOSED, Refused

Result = Literal["released", "deleted", "closed", "gone", "in use"]
"""``in use``: a task is open, and nothing was done. ``closed``, ``gone``: the channel was so before."""

_NOT_FOUND: Final = 404
_SYSTEM: Final = "system"


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
        self._mode = settings.release_mode
        self._service_sid = settings.legacy_chat_service_sid
        self._pace = pace
        self._tasks = OpenTasks(settings.workspace_sid, pace)

    def release(self, sid: str, look_again: Callable[[], None]) -> Result:
        """Release a channel as the settings say, unless a task is open for it.

        One that is gone, closed or released already counts as done: a run that died may have done it.

        Parameters
        ----------
        sid : str
        look_again : Callable[[], None]
            Called last before the channel is changed; what it raises prevents that.

        Raises
        ------
        TasksUnknown
            It is not known whether a task is open.
        OutOfTime
            There is no time left to ask Twilio.
        switchboard.twilio.outcome.Refused, switchboard.errors.TwilioUnreachable
            Twilio refuses, or does not answer.
        """
        try:
            if self._mode == "delete":
                return self._delete(sid, look_again)
            if self._service_sid:
                return self._release_chat_channel(sid, look_again)
            return self._release_conversation(sid, look_again)
        except Refused as error:
            if error.status == _NOT_FOUND:
                return "gone"
            if error.code == CONVERSATION_CLOSED:
                return "closed"
            raise

    def written_at(self, sid: str) -> int:
        """Return when a participant last wrote in a conversation, in ms since the epoch; 0 if not known.

        The event of a message may come later than the message.
        """
        if self._service_sid:
            return 0
        latest = self._pace.ask(lambda: conversations.latest_messages(sid))
        return max((one.created_at or 0 for one in latest if one.author not in {"", _SYSTEM}), default=0)

    def _delete(self, sid: str, look_again: Callable[[], None]) -> Result:
        if self._tasks.include(sid):
            return "in use"
        look_again()
        if service_sid := self._service_sid:
            is_deleted = self._pace.ask(lambda: chat_channels.delete_channel(service_sid, sid))
        else:
            is_deleted = self._pace.ask(lambda: conversations.delete_conversation(sid))
        return "deleted" if is_deleted else "gone"

    def _release_conversation(self, sid: str, look_again: Callable[[], None]) -> Result:
        found = self._pace.ask(lambda: conversations.fetch_conversation(sid))
        if found is None:
            return "gone"
        if found.is_closed:
            return "closed"
        attributes = merge_attributes(found.attributes, RELEASED)
        state: Literal["closed"] | None = "closed" if self._mode == "close" else None
        if attributes is None and state is None:
            return "released"
        if self._tasks.include(sid):
            return "in use"
        look_again()
        self._pace.ask(lambda: conversations.update_conversation(sid, attributes=attributes, state=state))
        return "released"

    def _release_chat_channel(self, sid: str, look_again: Callable[[], None]) -> Result:
        """Release a channel of Programmable Chat, which has no state to change, only attributes."""
        found = self._pace.ask(lambda: chat_channels.fetch_attributes(self._service_sid, sid))
        if found is None:
            return "gone"
        attributes = merge_attributes(found, RELEASED)
        if attributes is None:
            return "released"
        if self._tasks.include(sid):
            return "in use"
        look_again()
        self._pace.ask(lambda: chat_channels.update_attributes(self._service_sid, sid, attributes))
        return "released"

"""The stand-in for Twilio: one account and the products that it uses, composed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from local.faults import Faults
from local.template.parameters import STUDIO_FLOW_NUMBERS
from local.twilio.account import Account
from local.twilio.account_settings import AccountSettings
from local.twilio.conversations.conversations import Conversations
from local.twilio.conversations.event_streams import EventStreams
from local.twilio.conversations.interactions import Interactions
from local.twilio.conversations.task_events import stream_tasks
from local.twilio.flex_plugins.store import ResourceStore
from local.twilio.messaging.texts import Texts
from local.twilio.numbers import flex_number, studio_flow_number, studio_number
from local.twilio.request_log import RequestLog, fault_matches
from local.twilio.studio.engine import Studio
from local.twilio.studio.flow import QUEUE, RECEPTION, ready_made_sid
from local.twilio.taskrouter.engine import TaskRouter
from local.twilio.voice.engine import make_calls
from local.twilio.voice.queues import Queues
from local.twilio.voice.recordings import Recordings
from local.twilio.voice.sip import sip_domain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.clock import Clock
    from local.twilio.webhook import Deliver


class Kept(Protocol):
    """A product whose state survives a restart."""

    def dump(self) -> Any:
        """Return the state in a form that JSON can keep."""

    def load(self, state: Any) -> None:
        """Replace the state by a dumped one."""


class TwilioStandIn:
    """One Twilio account with its products.

    A product with a state of its own is an attribute here, made from the account, and an entry of ``_kept``.
    Its REST resources are a module of ``local.twilio.rest`` and an entry of ``PRODUCTS`` there.

    Parameters
    ----------
    account_sid, auth_token
        The account's credentials; the token signs webhooks.
    public_base_url
        The application's public URL, which the sample numbers' webhooks start with.
    deliver
        Carries a webhook (method, URL, headers, body) to the server that answers its URL.
    clock
        The platform's clock; time limits in calls run on it.
    """

    def __init__(
        self, account_sid: str, auth_token: str, public_base_url: str, deliver: Deliver, clock: Clock
    ) -> None:
        account = Account(account_sid, auth_token, public_base_url, deliver, clock)
        self.account = account
        self.settings = AccountSettings()
        self.request_log = RequestLog()
        self.faults = Faults(fault_matches)
        self.texts = Texts(account)
        self.recordings = Recordings()
        self.taskrouter = TaskRouter(clock)
        self.queues = Queues(account.sid)
        self.calls = make_calls(account, self.recordings, self.queues, self.taskrouter)
        self.studio = Studio(account)
        self.event_streams = EventStreams(account)
        self.conversations = Conversations(account, self.texts, self.event_streams)
        self.interactions = Interactions(account, self.conversations, self.taskrouter)
        self.flex_plugins = ResourceStore(clock.now)
        self.chat_channels: dict[str, dict[str, Any]] = {}
        stream_tasks(account, self.taskrouter, self.event_streams)
        self._kept: Mapping[str, Kept] = {
            "phones": account.phones,
            "texts": self.texts,
            "recordings": self.recordings,
            "taskrouter": self.taskrouter,
            "calls": self.calls,
            "studio": self.studio,
            "event_streams": self.event_streams,
            "conversations": self.conversations,
            "interactions": self.interactions,
            "flex_plugins": self.flex_plugins,
        }
        account.numbers.add(sip_domain(public_base_url))
        account.numbers.add(flex_number(self.studio.webhook_url(QUEUE)))
        account.numbers.add(studio_number(public_base_url, self.studio.webhook_url(RECEPTION)))
        for name, address in STUDIO_FLOW_NUMBERS.items():
            webhook = self.studio.webhook_url(ready_made_sid(name))
            account.numbers.add(studio_flow_number(name, address, webhook, public_base_url))
        clock.on_advance(self.calls.advance)

    def stop(self) -> None:
        """End all calls, and the delays of requests that a fault holds back."""
        self.faults.stop()
        self.calls.stop()

    def snapshot(self) -> dict[str, Any]:
        """Return what should survive a restart, in a form that JSON can keep."""
        return {name: product.dump() for name, product in self._kept.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore a snapshot; a product that it does not name starts empty."""
        for name, product in self._kept.items():
            if name in state:
                product.load(state[name])

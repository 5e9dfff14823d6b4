"""The account that the local platform talks to instead of Twilio."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local.twilio.feed import Feed
from local.twilio.messaging.texts import Texts
from local.twilio.numbers import sample_numbers, studio_number
from local.twilio.ordered_tasks import OrderedTasks
from local.twilio.phones import Phones
from local.twilio.request_log import RequestLog
from local.twilio.sids import iso8601, new_sid
from local.twilio.studio.engine import Studio
from local.twilio.studio.flow import RECEPTION
from local.twilio.voice.calls import Calls
from local.twilio.voice.recordings import Recording
from local.twilio.voice.sip import sip_domain
from local.twilio.webhook import Deliver, WebhookClient, WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.clock import Clock
    from local.http_messages import HttpResponse

_ALERTS_KEPT = 500


class TwilioStandIn:
    """One Twilio account with its numbers, calls, messages and webhooks.

    Parameters
    ----------
    account_sid, auth_token
        The account's credentials; the token signs webhooks.
    public_base_url
        The application's public URL, which the sample numbers' webhooks start with.
    deliver
        Carries a webhook (method, URL, headers, body) to whoever answers its URL.
    clock
        The platform's clock; time limits in calls run on it.
    """

    def __init__(
        self, account_sid: str, auth_token: str, public_base_url: str, deliver: Deliver, clock: Clock
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.public_base_url = public_base_url
        self.clock = clock
        self.ledger = RequestLog()
        self.feed = Feed()
        self.errands = OrderedTasks()
        self.courier = WebhookClient(account_sid, auth_token, deliver)
        self.numbers = sample_numbers(public_base_url)
        self.phones = Phones()
        self.texts = Texts(self)
        self.calls = Calls(self)
        self.studio = Studio(self)
        self.numbers.add(sip_domain(public_base_url))
        self.numbers.add(studio_number(public_base_url, self.studio.webhook_url(RECEPTION)))
        self.recordings: dict[str, Recording] = {}
        self._queues: dict[str, str] = {}
        self._alerts: deque[dict[str, Any]] = deque(maxlen=_ALERTS_KEPT)
        clock.on_advance(self.calls.advance)

    def url(self, host: str, resource: str) -> str:
        """Return the real URL of one of the account's resources in the 2010 API."""
        return f"https://{host}/2010-04-01/Accounts/{self.account_sid}/{resource}"

    def queue_sid(self, name: str) -> str:
        """Return the SID of a queue, which is made on demand."""
        return self._queues.setdefault(name, new_sid("QU"))

    def tell(self, method: str, url: str, params: Mapping[str, str], sid: str) -> HttpResponse | None:
        """Send a webhook whose answer matters to nobody; a failure is an alert and None."""
        try:
            return self.courier.send(method, url, params)
        except WebhookFailed as failure:
            # What an application answers to a callback is only a warning of its own kind.
            code = 15003 if failure.kind in {"4xx", "5xx"} else failure.code
            self.alert(code, failure.message, sid=sid, url=url)
            return None

    def alert(self, code: int, message: str, *, sid: str, url: str) -> None:
        """Note what Twilio's debugger would show.

        Parameters
        ----------
        code
            Error or warning, https://www.twilio.com/docs/api/errors.
        message
            What happened.
        sid
            The call or the message it happened in.
        url
            The webhook concerned, "" where there is none.
        """
        alert = {"at": iso8601(self.clock.now()), "code": code, "message": message, "sid": sid, "url": url}
        self._alerts.append(alert)
        self.feed.add({"kind": "alert", **alert})

    def alerts(self) -> list[dict[str, Any]]:
        """Return the latest alerts, oldest first."""
        return list(self._alerts)

    def stop(self) -> None:
        """End all calls."""
        self.calls.stop()

    def snapshot(self) -> dict[str, Any]:
        """Return what should survive a restart, in a form that JSON can keep."""
        return {
            "texts": self.texts.dump(),
            "calls": self.calls.dump(),
            "phones": self.phones.dump(),
            "studio": self.studio.dump(),
            "recordings": [asdict(recording) for recording in self.recordings.values()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over a snapshot."""
        self.texts.load(state.get("texts", {}))
        self.calls.load(state.get("calls", []))
        self.phones.load(state.get("phones", {}))
        self.studio.load(state.get("studio", []))
        self.recordings = {item["sid"]: Recording(**item) for item in state.get("recordings", [])}

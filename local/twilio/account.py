"""The account that every product of the stand-in belongs to: numbers, phones, webhooks, alerts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from local.twilio.auth_tokens import AuthTokens
from local.twilio.feed import Feed
from local.twilio.numbers import sample_numbers
from local.twilio.ordered_tasks import OrderedTasks
from local.twilio.phones import Phones
from local.twilio.sids import iso8601
from local.twilio.webhook import Deliver, WebhookClient, WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.clock import Clock
    from local.http_messages import HttpResponse

_ALERTS_KEPT = 500


class Account:
    """The parts of a Twilio account that several products share.

    Parameters
    ----------
    sid, auth_token
        The account's credentials; the token signs webhooks.
    public_base_url
        The application's public URL, which the sample numbers' webhooks start with.
    deliver
        Carries a webhook (method, URL, headers, body) to the server that answers its URL.
    clock
        The platform's clock.

    Attributes
    ----------
    tokens : AuthTokens
        The auth tokens, which may be rotated.
    feed : Feed
        What happens on the local phones.
    tasks : OrderedTasks
        Callbacks that no call and no message waits for.
    webhooks : WebhookClient
        Sends signed requests to the application.
    numbers : Numbers
        The account's phone numbers and messaging services.
    phones : Phones
        How the phones of the people outside behave.
    """

    def __init__(
        self, sid: str, auth_token: str, public_base_url: str, deliver: Deliver, clock: Clock
    ) -> None:
        self.sid = sid
        self.tokens = AuthTokens(auth_token)
        self.public_base_url = public_base_url
        self.clock = clock
        self.feed = Feed()
        self.tasks = OrderedTasks()
        self.webhooks = WebhookClient(sid, lambda: self.tokens.primary, deliver)
        self.numbers = sample_numbers(public_base_url)
        self.phones = Phones()
        self._alerts: deque[dict[str, Any]] = deque(maxlen=_ALERTS_KEPT)

    @property
    def auth_token(self) -> str:
        """The primary auth token."""
        return self.tokens.primary

    def url(self, resource: str) -> str:
        """Return the real URL of one of the account's resources in the 2010 API."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.sid}/{resource}"

    def notify(self, method: str, url: str, params: Mapping[str, str], sid: str) -> HttpResponse | None:
        """Send a webhook whose answer changes nothing; a failure is an alert and None."""
        try:
            return self.webhooks.send(method, url, params)
        except WebhookFailed as failure:
            # What an application answers to a callback is only a warning of its own kind.
            code = 15003 if failure.kind in {"4xx", "5xx"} else failure.code
            self.alert(code, failure.message, sid=sid, url=url)
            return None

    def alert(self, code: int, message: str, *, sid: str, url: str) -> None:
        """Record an alert of Twilio's debugger.

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

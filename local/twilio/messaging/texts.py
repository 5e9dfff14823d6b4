"""Text messages: sending them, receiving them, and what the application answers in TwiML."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError
from local.twilio.errors import TwilioError
from local.twilio.messaging.message import Message, inbound_params, status_params
from local.twilio.messaging.opt_out import OptOuts, scope_of
from local.twilio.messaging.segments import LONGEST_BODY, utf16_units
from local.twilio.messaging.twiml import Reply, read_replies
from local.twilio.sids import new_sid
from local.twilio.twiml import BadTwiml
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.twilio.account import Account
    from local.twilio.numbers import Number

_MOST_DOCUMENTS = 20


class Texts:
    """Every message of the account.

    Parameters
    ----------
    account
        The account.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.RLock()
        self.messages: dict[str, Message] = {}
        self.opt_outs = OptOuts()
        self.routes: list[Callable[[Message], bool]] = []
        """Called with an incoming message before the number's webhook; each returns whether it took it."""

    def send(
        self,
        sender: str,
        to: str,
        body: str,
        *,
        service_sid: str = "",
        media: list[str] | None = None,
        status_callback: str = "",
        direction: str = "outbound-api",
        automatic: bool = False,
    ) -> Message:
        """Send a message to a local phone.

        Raises
        ------
        TwilioError
            The recipient has opted out (21610), or the body is too long (21617).
        """
        if utf16_units(body) > LONGEST_BODY:
            raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        scope = service_sid or scope_of(sender, self._account.numbers.service_of(sender))
        with self._lock:
            if not automatic and self.opt_outs.refuses(to, scope):
                raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")
            prefix = "MM" if media else "SM"
            message = Message(
                sid=new_sid(prefix),
                sender=sender,
                to=to,
                body=body,
                direction=direction,
                status="queued",
                created=self._account.clock.now(),
                service_sid=service_sid,
                media=list(media or []),
                automatic=automatic,
            )
            self.messages[message.sid] = message
        behaviour = self._account.phones.behaviour(to)
        message.status = behaviour.texts
        message.error_code = behaviour.error_code if behaviour.texts != "delivered" else None
        if message.status == "delivered":
            self._publish(message, phone=to)
        if status_callback:
            final = message.status
            steps = ["sent", final] if final != "failed" else [final]
            self._account.tasks.run(message.sid, lambda: self._report(message, status_callback, steps))
        return message

    def receive(
        self, sender: str, to: str, body: str, media: list[str] | None = None
    ) -> tuple[Message, list[Message]]:
        """Deliver a message from a local phone to the application and send its replies.

        Returns
        -------
        tuple
            The message, and what the application or Twilio itself said in the same breath.

        Raises
        ------
        LocalError
            404 where the account has no such number.
        """
        number = self._account.numbers.numbers.get(to.removeprefix("whatsapp:"))
        if number is None:
            raise LocalError(404, f"The account has no number {to}")
        service = self._account.numbers.service_of(to)
        scope = scope_of(to, service)
        media = media or []
        message = Message(
            sid=new_sid("MM" if media else "SM"),
            sender=sender,
            to=to,
            body=body,
            direction="inbound",
            status="received",
            created=self._account.clock.now(),
            service_sid=service.sid if service else "",
            media=media,
        )
        with self._lock:
            self.messages[message.sid] = message
            keyword = self.opt_outs.keyword(body, sender, scope)
            answer = self.opt_outs.note(keyword, sender, scope) if keyword else ""
        self._publish(message, phone=sender)
        replies = []
        if answer:
            replies.append(self.send(to, sender, answer, direction="outbound-reply", automatic=True))
        opt_out_type = keyword if service and service.advanced_opt_out else ""
        if any(route(message) for route in self.routes):
            return message, replies
        replies += self._ask(number, message, opt_out_type)
        return message, replies

    def thread(self, phone: str, other: str = "") -> list[Message]:
        """Return the messages of a phone, oldest first; only those with ``other`` if that is given."""
        with self._lock:
            messages = list(self.messages.values())
        return [m for m in messages if phone in {m.sender, m.to} and (not other or other in {m.sender, m.to})]

    def dump(self) -> dict[str, Any]:
        """Return all messages and opt-outs in a form that JSON can keep."""
        with self._lock:
            return {
                "messages": [asdict(message) for message in self.messages.values()],
                "optOuts": self.opt_outs.dump(),
            }

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace all messages and opt-outs by dumped ones."""
        with self._lock:
            self.messages = {item["sid"]: Message(**item) for item in state.get("messages", [])}
            self.opt_outs.load(state.get("optOuts", []))

    def _publish(self, message: Message, phone: str) -> None:
        self._account.feed.add(
            {
                "kind": "text",
                "phone": phone,
                "sid": message.sid,
                "from": message.sender,
                "to": message.to,
                "body": message.body,
                "direction": message.direction,
                "automatic": message.automatic,
            }
        )

    def _ask(self, number: Number, message: Message, opt_out_type: str) -> list[Message]:
        params = inbound_params(self._account.sid, message, opt_out_type)
        method, url, fallback = self._account.numbers.message_webhook(number)
        sent: list[Message] = []
        if not url:
            return sent
        for _ in range(_MOST_DOCUMENTS):
            try:
                answer = self._account.webhooks.send(method, url, params)
                document = read_replies(answer, url)
            except (WebhookFailed, BadTwiml) as problem:
                self._account.alert(problem.code, problem.message, sid=message.sid, url=url)
                if not fallback:
                    return sent
                params = {**params, "ErrorCode": str(problem.code), "ErrorUrl": url}
                url, fallback = fallback, ""
                continue
            for warning in document.warnings:
                self._account.alert(12200, warning, sid=message.sid, url=url)
            for reply in document.replies:
                sent += self._reply(reply, message)
            if document.redirect is None:
                return sent
            method, url = document.redirect
        self._account.alert(11215, "Too many <Redirect>s", sid=message.sid, url=url)
        return sent

    def _reply(self, reply: Reply, message: Message) -> list[Message]:
        sender, to = reply.sender or message.to, reply.to or message.sender
        try:
            sent = self.send(
                sender,
                to,
                reply.body,
                service_sid=message.service_sid if sender == message.to else "",
                media=list(reply.media),
                status_callback=reply.status_callback,
                direction="outbound-reply",
            )
        except TwilioError as refusal:
            self._account.alert(refusal.code, refusal.message, sid=message.sid, url="")
            return []
        if reply.action:
            params = {"MessageSid": sent.sid, "MessageStatus": "sent", "To": to, "From": sender}
            params |= {"SmsSid": sent.sid, "SmsStatus": "sent", "Body": reply.body}
            params["AccountSid"] = self._account.sid
            self._account.notify(reply.method, reply.action, params, sid=sent.sid)
        return [sent]

    def _report(self, message: Message, url: str, statuses: list[str]) -> None:
        for status in statuses:
            params = status_params(self._account.sid, message, status)
            self._account.notify("POST", url, params, sid=message.sid)

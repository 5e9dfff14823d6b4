"""Every call of the account: placing it, ringing, reporting its progress, ending it."""

from __future__ import annotations

import threading
import traceback
from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError
from local.twilio.sids import new_sid
from local.twilio.voice.call import Call
from local.twilio.voice.inputs import Answer, Decline
from local.twilio.voice.params import status_params
from local.twilio.voice.sip import sip_params
from local.twilio.voice.turns import CallSettings, Fetch, HungUp, Listening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.twilio.account import Account

LONGEST_CALL_SECONDS = 14400.0
ANONYMOUS = "+266696687"
"""What Twilio gives as From where the caller's number is withheld ("ANONYMOUS" on a keypad)."""


class Calls:
    """The account's calls.

    Parameters
    ----------
    account
        The account.
    conduct
        ``conduct(call, fetch)`` carries out a document, and those it leads to, until the last one ends;
        raises `HungUp` where the call is over before that.
    """

    def __init__(self, account: Account, conduct: Callable[[Call, Fetch], None]) -> None:
        self._account = account
        self._carry_out = conduct
        self._lock = threading.Lock()
        self._calls: dict[str, Call] = {}
        self._reports: dict[str, int] = {}

    def all(self) -> list[Call]:
        """Return all calls, oldest first."""
        with self._lock:
            return list(self._calls.values())

    def get(self, sid: str) -> Call | None:
        """Return a call."""
        return self._calls.get(sid)

    def forget(self, sid: str) -> None:
        """Delete a call."""
        with self._lock:
            self._calls.pop(sid, None)

    def place(self, sender: str, to: str, extra_params: Mapping[str, str] | None = None) -> Call:
        """Let a local phone call a number, or a SIP domain, of the account.

        Parameters
        ----------
        sender
            Who calls; ``anonymous`` withholds the number.
        to
            Whom.
        extra_params
            Parameters that its webhooks carry besides, such as ``SipHeader_X-…``.

        Raises
        ------
        LocalError
            404 where the account has no such number, or one that takes no calls.
        """
        number = self._account.numbers.called(to)
        if number is None or not number.voice_url or number.voice_application_sid or number.trunk_sid:
            raise LocalError(404, f"The account has no number {to} that takes calls")
        extra = dict(extra_params or {})
        if number.address.startswith("sip:"):
            extra = {**sip_params(number), **extra}
        fallback = number.voice_fallback_url
        settings = CallSettings(
            fetch=Fetch(number.voice_url, number.voice_method),
            fallback=Fetch(fallback) if fallback else None,
            status_callback=number.status_callback,
            status_callback_method=number.status_callback_method,
            extra_params=extra,
        )
        sender = ANONYMOUS if sender.lower() == "anonymous" else sender
        call = self._add(sender, to, "inbound", settings)
        call.note("status", status="ringing")
        self._start(call, self._conduct)
        return call

    def create(self, sender: str, to: str, settings: CallSettings) -> Call:
        """Place a call to a local phone, as ``POST Calls.json`` does."""
        call = self._add(sender, to, "outbound-api", settings)
        self._start(call, self._dial)
        return call

    def answered(self, call: Call) -> None:
        """Mark a call as answered."""
        if call.status != "in-progress":
            call.status = "in-progress"
            call.started = self._account.clock.now()
            call.note("status", status="in-progress")

    def report(self, call: Call, event: str) -> None:
        """Send a status callback, if the call wants it for this event; the call does not wait for it.

        Parameters
        ----------
        event
            initiated, ringing, answered or completed.
        """
        settings = call.settings
        if not settings.status_callback or event not in settings.status_callback_events:
            return
        status = {"answered": "in-progress", "completed": call.status}.get(event, event)
        number = self._reports.get(call.sid, 0)
        self._reports[call.sid] = number + 1
        account = self._account
        params = status_params(account.sid, call, status, number, account.clock.now())
        account.tasks.run(
            call.sid,
            lambda: account.notify(
                settings.status_callback_method, settings.status_callback, params, sid=call.sid
            ),
        )

    def advance(self, seconds: float) -> None:
        """Let time pass in every call."""
        now = self._account.clock.now()
        for call in self.all():
            if call.live and now - call.created > LONGEST_CALL_SECONDS:
                call.hang_up("limit")
            call.advance(seconds)

    def stop(self) -> None:
        """End every call."""
        for call in self.all():
            if call.live:
                call.hang_up("limit")

    # ── the other side of a <Dial> ───────────────────────────────────────────────────────────────────

    def add_child(self, parent: Call, sender: str, to: str, settings: CallSettings) -> Call:
        """Add the call to a number or client that a <Dial> calls."""
        call = self._add(sender, to, "outbound-dial", settings)
        call.parent_sid = parent.sid
        return call

    def answer_child(self, call: Call) -> None:
        """Let the other side answer."""
        self.answered(call)
        self.report(call, "answered")

    def end_child(self, call: Call, status: str) -> None:
        """Record that the other side has hung up or did not answer."""
        if not call.finished:
            self._end(call, "phone", status)

    # ── state that survives a restart ────────────────────────────────────────────────────────────────

    def dump(self) -> list[dict[str, Any]]:
        """Return the calls that have ended, in a form that JSON can keep."""
        return [
            {
                "sid": call.sid,
                "sender": call.sender,
                "to": call.to,
                "direction": call.direction,
                "status": call.status,
                "answered_by": call.answered_by,
                "parent_sid": call.parent_sid,
                "created": call.created,
                "started": call.started,
                "ended": call.ended,
                "transcript": call.transcript,
            }
            for call in self.all()
            if call.finished
        ]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Replace all calls by dumped ones."""
        with self._lock:
            self._calls = {}
            for item in state:
                settings = CallSettings(fetch=Fetch(""))
                call = self._new(
                    item["sid"], item["sender"], item["to"], direction=item["direction"], settings=settings
                )
                call.status, call.answered_by = item["status"], item["answered_by"]
                call.parent_sid, call.transcript = item["parent_sid"], item["transcript"]
                call.created, call.started, call.ended = item["created"], item["started"], item["ended"]
                call.finish()
                self._calls[call.sid] = call

    # ── the life of a call ───────────────────────────────────────────────────────────────────────────

    def _new(self, sid: str, sender: str, to: str, *, direction: str, settings: CallSettings) -> Call:
        clock, feed = self._account.clock, self._account.feed
        return Call(
            sid,
            sender=sender,
            to=to,
            direction=direction,
            settings=settings,
            now=clock.now,
            publish=feed.add,
        )

    def _add(self, sender: str, to: str, direction: str, settings: CallSettings) -> Call:
        call = self._new(new_sid("CA"), sender, to, direction=direction, settings=settings)
        with self._lock:
            self._calls[call.sid] = call
        return call

    def _start(self, call: Call, life: Any) -> None:
        def live() -> None:
            try:
                life(call)
            except HungUp as over:
                self._end(call, over.by)
            except Exception as error:  # noqa: BLE001  # a call must end, whatever happens in it
                traceback.print_exc()
                call.note("error", code=0, message=f"The local phone failed: {error!r}")
                self._end(call, "limit", "failed")

        threading.Thread(target=live, daemon=True, name=f"call {call.sid}").start()

    def _dial(self, call: Call) -> None:
        behaviour = self._account.phones.behaviour(call.to)
        self.report(call, "initiated")
        if behaviour.calls == "failed":
            self._end(call, "phone", "failed")
            return
        call.check()
        call.status = "ringing"
        call.note("status", status="ringing")
        self.report(call, "ringing")
        if behaviour.calls in {"busy", "no-answer"}:
            self._end(call, "phone", behaviour.calls)
            return
        if behaviour.calls == "ring":
            item = call.wait(Listening("ring", {"from": call.sender}, call.settings.ring_seconds))
            if not isinstance(item, Answer):
                self._end(call, "phone", "busy" if isinstance(item, Decline) else "no-answer")
                return
        call.is_machine = behaviour.calls == "voicemail"
        self.answered(call)
        self.report(call, "answered")
        self._detect(call, behaviour.found(call.settings.machine_detection))
        self._conduct(call)

    def _detect(self, call: Call, found: str) -> None:
        """Report who answered: with the request for the document, or to the AsyncAmd callback."""
        settings, account = call.settings, self._account
        if not settings.machine_detection:
            return
        call.answered_by = found
        if (url := settings.async_amd_callback) is None:
            return
        params = {
            "CallSid": call.sid,
            "AccountSid": account.sid,
            "AnsweredBy": found,
            "MachineDetectionDuration": "2400",
        }
        if url:
            account.tasks.run(call.sid, lambda: account.notify("POST", url, params, sid=call.sid))

    def _conduct(self, call: Call) -> None:
        fetch = call.settings.fetch
        if call.answered_by and call.settings.async_amd_callback is None:
            fetch = Fetch(fetch.url, fetch.method, {"AnsweredBy": call.answered_by}, fetch.twiml)
        self._carry_out(call, fetch)
        self._end(call, "app")

    def _end(self, call: Call, by: str, status: str = "") -> None:
        if not status:
            never_answered = call.started is None and by in {"api", "phone", "limit"}
            status = "canceled" if never_answered else "completed"
            if call.status in {"busy", "no-answer"}:  # <Reject>
                status = call.status
        if status == "completed":
            self.answered(call)
        call.ended = self._account.clock.now()
        call.status = status
        call.note("ended", status=status, by=by)
        self.report(call, "completed")
        self._account.tasks.run(call.sid, call.finish)

"""One call: its state, and the alternation between the person at the phone and the TwiML."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError
from local.timeouts import scaled
from local.twilio.voice.inputs import Input, Silence
from local.twilio.voice.turns import CallSettings, Fetch, HungUp, Listening, Redirected

if TYPE_CHECKING:
    from collections.abc import Callable

LIVE = frozenset({"queued", "initiated", "ringing", "in-progress"})
_PATIENCE_SECONDS = 60.0


class Call:
    """A call and its transcript.

    Parameters
    ----------
    sid
        CA….
    sender, to
        Who calls whom, E.164 or ``sip:…`` or ``client:…``.
    direction
        ``inbound``, ``outbound-api`` or ``outbound-dial``.
    settings
        What it was created with.
    now
        The platform's clock.
    publish
        Told each transcript entry.
    """

    def __init__(
        self,
        sid: str,
        *,
        sender: str,
        to: str,
        direction: str,
        settings: CallSettings,
        now: Callable[[], float],
        publish: Callable[[dict[str, Any]], None],
    ) -> None:
        self.sid = sid
        self.sender = sender
        self.to = to
        self.direction = direction
        self.settings = settings
        self.status = "ringing" if direction == "inbound" else "queued"
        self.answered_by = ""
        self.parent_sid = ""
        self.is_machine = False
        self.created = now()
        self.started: float | None = None
        self.ended: float | None = None
        self.transcript: list[dict[str, Any]] = []
        self.finished = False
        self._now = now
        self._publish = publish
        self._changed = threading.Condition()
        self._listening: Listening | None = None
        self._advanced = 0.0
        self._until: float | None = None
        self._inputs: deque[Input] = deque()
        self._hung_up_by = ""
        self._redirect: Fetch | None = None

    @property
    def phone(self) -> str:
        """The address of the local phone: the caller of an incoming call, the called one of another."""
        return self.sender if self.direction == "inbound" else self.to

    @property
    def live(self) -> bool:
        """Whether the call has not ended."""
        return self.status in LIVE

    @property
    def listening(self) -> Listening | None:
        """The input that the call waits for, None while it waits for none."""
        return self._listening

    @property
    def duration(self) -> int:
        """Whole seconds since it was answered, on the platform's clock; 0 if it never was."""
        if self.started is None:
            return 0
        return max(round((self._now() if self.ended is None else self.ended) - self.started), 1)

    def note(self, kind: str, **details: Any) -> None:
        """Add an entry to the transcript."""
        with self._changed:
            entry = {"index": len(self.transcript), "at": round(self._now() * 1000), "kind": kind, **details}
            self.transcript.append(entry)
        self._publish({**entry, "kind": "call", "entry": kind, "phone": self.phone, "callSid": self.sid})

    # ── the application's side ───────────────────────────────────────────────────────────────────────

    def wait(self, listening: Listening) -> Input:
        """Wait for the person at the phone.

        Returns
        -------
        Input
            What they did, or `Silence` once the time is up.

        Raises
        ------
        HungUp, Redirected
            The call is over, or has another document.
        """
        with self._changed:
            self._listening = listening
            self._until = None if listening.seconds is None else self._advanced + listening.seconds
            self._changed.notify_all()
            self._changed.wait_for(self._woken)
            self._listening = None
            self._interrupt()
            return self._inputs.popleft() if self._inputs else Silence()

    def check(self) -> None:
        """Notice a hang-up or a redirection that happened meanwhile; raises as `wait`."""
        with self._changed:
            self._interrupt()

    def finish(self) -> None:
        """Wake up every waiting thread at the end of the call."""
        with self._changed:
            self.finished = True
            self._listening = None
            self._changed.notify_all()

    # ── the person's side, and Twilio's REST API ─────────────────────────────────────────────────────

    def act(self, item: Input, verbs: tuple[str, ...] = ()) -> None:
        """Act at the phone as soon as the call listens, and wait until it listens again or has ended.

        Parameters
        ----------
        item
            What the person does.
        verbs
            What the call must be waiting for; empty for anything.

        Raises
        ------
        LocalError
            409 if the call is over or waits for something else, 504 if the application does not get there.
        """
        with self._changed:
            self.settle()
            listening = self._listening
            if listening is None:
                raise LocalError(409, "The call has ended")
            if not listening.accepts(verbs):
                raise LocalError(409, f"The call is in <{listening.verb}>, not in {' or '.join(verbs)}")
            self._inputs.append(item)
            self._wake()
            self.settle()

    def settle(self) -> None:
        """Wait until the call listens or has ended with all its callbacks.

        Raises
        ------
        LocalError
            504 if that takes a minute.
        """
        with self._changed:
            settled = self._changed.wait_for(
                lambda: self.finished or self._listening is not None, scaled(_PATIENCE_SECONDS)
            )
        if not settled:
            raise LocalError(504, f"The application has not come to an end within {_PATIENCE_SECONDS:g} s")

    def hang_up(self, by: str) -> None:
        """End the call in any state."""
        with self._changed:
            self._hung_up_by = self._hung_up_by or by
            self._wake()

    def redirect(self, fetch: Fetch) -> None:
        """Give the call another document in any state."""
        with self._changed:
            self._redirect = fetch
            self._wake()

    def advance(self, seconds: float) -> None:
        """Let time pass on the platform's clock."""
        with self._changed:
            self._advanced += seconds
            if self._listening is not None and self._woken():
                self._wake()

    def _woken(self) -> bool:
        return bool(
            self._inputs
            or self._hung_up_by
            or self._redirect
            or (self._until is not None and self._advanced >= self._until)
        )

    def _wake(self) -> None:
        # Cleared here and not by the thread that wakes up: no thread then takes the old wait for a new one.
        self._listening = None
        self._changed.notify_all()

    def _interrupt(self) -> None:
        if self._hung_up_by:
            raise HungUp(self._hung_up_by)
        if self._redirect is not None:
            fetch, self._redirect = self._redirect, None
            raise Redirected(fetch)

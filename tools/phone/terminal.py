"""A phone in the terminal: each line is one action. It works in tmux and at the end of a pipe as well."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from local.http_messages import LocalError
from local.twilio.narration import narrate, waiting
from local.twilio.sids import is_e164

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tools.phone.client import PhoneClient

HELP = """\
  text WORDS            text the app (text +1… WORDS: another number)
  call                  call the app (call +1…: another number)
  in a call             digits are pressed, words are spoken, Enter is silence
  press DIGITS          press keys; just the digits will do
  say WORDS             speak, even if the words are digits or a command
  hangup                end the call
  answer, decline       when the phone rings
  as +1…                become another phone
  numbers               whom to text and call
  help, quit
  Anything else outside a call is texted to the app."""

_WAIT_SECONDS = 20.0
_KEYS = re.compile(r"[0-9*#]+")


class PhoneTerminal:
    """One phone, driven by lines of text.

    Parameters
    ----------
    client
        The platform.
    phone
        This phone's number, E.164.
    show
        Prints a block of text; called from two threads, one at a time.
    """

    def __init__(self, client: PhoneClient, phone: str, show: Callable[[str], None]) -> None:
        self._client = client
        self._phone = phone
        self._show = show
        self._lock = threading.RLock()
        self._seen = 0
        self._sid = ""
        self._ringing = False
        self._stopping = threading.Event()
        numbers = client.numbers()
        self._number = str(numbers[0]["address"]) if numbers else ""

    def run(self, lines: Iterable[str]) -> None:
        """Run commands until ``quit`` or the end of the input, then hang up."""
        self._seen = int(self._client.events(0, self._phone)["last"])
        self._client.behave(self._phone, calls="ring")
        self._show(f"This phone is {self._phone}; the app is {self._number}. `help` tells what you can do.")
        threading.Thread(target=self._follow, daemon=True, name="phone events").start()
        try:
            for line in lines:
                if not self.obey(line.strip()):
                    break
        finally:
            self._stopping.set()
            self._leave()

    def obey(self, line: str) -> bool:
        """Run one command; False ends the phone."""
        word, _, rest = line.partition(" ")
        if word.lower() in {"quit", "exit"} and not rest:
            return False
        with self._lock:
            try:
                try:
                    self._do(word.lower(), rest.strip(), line)
                except LocalError as error:
                    self._show(f"  ! {error.message}")
                try:
                    self._catch_up()
                except LocalError as error:
                    self._show(f"  ! {error.message}")
                    if error.status == 404:  # a platform that has started anew knows nothing of the call
                        self._sid, self._ringing = "", False
            except OSError:
                self._show("  ! The platform does not answer any more.")
                return False
        return True

    def _do(self, word: str, rest: str, line: str) -> None:
        match word:
            case "help" | "?" if not rest:
                self._show(HELP)
            case "numbers" if not rest:
                self._show("\n".join(f"  {one['address']}  {one['name']}" for one in self._client.numbers()))
            case "text" if rest:
                self._text(rest)
            case "call" if not rest or re.fullmatch(r"(\+|sips?:)\S+", rest):
                self._call(rest or self._number)
            case "hangup" | "answer" | "decline" if not rest and self._sid:
                self._client.do(self._sid, word)
            case "hangup" | "answer" | "decline" if not rest:
                self._show("  There is no call.")
            case "as" if rest and is_e164(rest):
                self._become(rest)
            case _ if self._sid and not self._ringing:
                told = word == "say" or (word == "press" and _KEYS.fullmatch(rest))
                self._in_call(rest if told and rest else line, spoken=word == "say")
            case "" | "say":
                pass
            case _:
                self._text(line)

    def _text(self, words: str) -> None:
        first, _, rest = words.partition(" ")
        if first.startswith("+") and is_e164(first) and rest.strip():
            self._client.text(self._phone, first, rest.strip())
        else:
            self._client.text(self._phone, self._number, words)

    def _call(self, number: str) -> None:
        if self._sid:
            self._show("  There is a call already; hangup ends it.")
            return
        self._sid = str(self._client.call(self._phone, number)["sid"])

    def _in_call(self, words: str, *, spoken: bool) -> None:
        if not words:
            self._client.do(self._sid, "silence")
        elif not spoken and _KEYS.fullmatch(words):
            self._client.do(self._sid, "press", digits=words)
        else:
            self._client.do(self._sid, "say", text=words)

    def _become(self, phone: str) -> None:
        self._leave()
        with self._lock:
            self._phone = phone
            self._seen = int(self._client.events(0, phone)["last"])
        self._client.behave(phone, calls="ring")
        self._show(f"This phone is now {phone}.")

    def _leave(self) -> None:
        try:
            if self._sid:
                self._client.do(self._sid, "hangup")
            self._catch_up()
            self._client.behave(self._phone, calls="answer")
        except (LocalError, OSError):
            return  # the platform has gone, and the call with it

    def _follow(self) -> None:
        """Show events that no command caused, such as a text that arrives or a call that rings."""
        while not self._stopping.is_set():
            try:
                found = self._client.events(self._seen, self._phone, _WAIT_SECONDS)
                if found["events"] and not self._stopping.is_set():
                    self._catch_up()
            except (LocalError, OSError, ValueError):
                if not self._stopping.wait(1.0):
                    continue
                return

    def _catch_up(self) -> None:
        """Show the events that were not shown yet, and the input that the call waits for."""
        with self._lock:
            shown: list[str] = []
            hint = ""
            while True:
                sid = self._sid
                # First wait until the app has said everything, so that the hint comes last.
                call = self._client.look(sid) if sid else None
                found = self._client.events(self._seen, self._phone)
                self._seen = max(self._seen, int(found["last"]))
                shown += filter(None, map(self._notice, found["events"]))
                if shown:
                    hint = waiting(call["listening"]) if call and self._sid else ""
                if self._sid in {"", sid}:
                    break
            if shown:
                self._show("\n".join([*shown, *([f"{'':14}… {hint}"] if hint else [])]))

    def _notice(self, event: dict[str, Any]) -> str:
        if event["kind"] == "call":
            if event["entry"] == "status":
                self._ringing = event["status"] == "ringing"
                self._sid = self._sid or str(event["callSid"])
            if event["entry"] == "ended" and event["callSid"] == self._sid:
                self._sid, self._ringing = "", False
        return narrate(event)

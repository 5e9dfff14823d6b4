"""A local phone for the console: what was texted, said and pressed, and what a call waits for."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from local.twilio.narration import narrate
from tools.phone.client import PhoneClient

LATEST: Final = 300
"""Events of a phone that are shown when it is taken out."""

Who = Literal["app", "person", ""]

_PARTIES: Final[Mapping[str, Who]] = {
    "say": "app",
    "play": "app",
    "digits": "person",
    "speech": "person",
    "silence": "person",
}


@dataclass(frozen=True)
class Line:
    """Something that was written or said.

    Attributes
    ----------
    who : Who
        "" for what happened otherwise, such as a call that was connected.
    words : str
    about : str
        Language and voice, or whether Twilio itself wrote it; "" where there is nothing to tell.
    language : str
        Of what the app says, such as en-US; "" for all else.
    sid : str
        The call, or the person's message, that it belongs to; "" where another system began it.
    at : int
        When, in a call, ms since the epoch.
    """

    who: Who
    words: str
    about: str = ""
    language: str = ""
    sid: str = ""
    at: int = 0


@dataclass(frozen=True)
class News:
    """What is new on a phone.

    Attributes
    ----------
    texts, spoken : Sequence[Line]
        Of messages, and of calls.
    sid : str
        The call under way; "" where there is none.
    status : str
        Of the call, such as ringing.
    hint : str
        What the call waits for, in words; "" while it waits for nothing.
    """

    texts: Sequence[Line]
    spoken: Sequence[Line]
    sid: str = ""
    status: str = ""
    hint: str = ""


class ConsolePhone:
    """One phone of the platform on this machine; its methods ask the platform, so call them in a thread.

    Parameters
    ----------
    client
        The platform.
    number
        The phone's number, E.164, or its SIP address.

    Raises
    ------
    LocalError, OSError
        By each method, where the platform refuses or does not answer.
    """

    def __init__(self, client: PhoneClient, number: str) -> None:
        self._client = client
        self.number = number
        self._lock = threading.Lock()
        self._seen = 0
        self._sid = self._text_sid = ""
        self._is_lost = False

    @property
    def is_sip(self) -> bool:
        """Whether it is a SIP phone, which cannot text."""
        return self.number.startswith("sip:")

    def take_up(self) -> None:
        """Let the phone ring, so that a person decides whether to answer."""
        self._client.behave(self.number, calls="ring")

    def lay_down(self) -> None:
        """Hang up, and let calls be answered by themselves again."""
        if self._sid:
            self._client.do(self._sid, "hangup")
        self._client.behave(self.number, calls="answer")

    def text(self, to: str, words: str) -> None:
        """Text a number."""
        self._client.text(self.number, to, words)

    def call(self, to: str) -> None:
        """Call a number or a SIP address."""
        self._sid = str(self._client.call(self.number, to)["sid"])

    def act(self, action: str, **fields: Any) -> None:
        """Do something in the call under way: press, say, silence, answer, decline, hangup."""
        if self._sid:
            self._client.do(self._sid, action, **fields)

    def news(self) -> News:
        """Return what has happened since the last time; at first the latest `LATEST` events."""
        with self._lock:  # what two ask for at once is news for one of them only
            return self._news()

    def _news(self) -> News:
        try:
            found = self._client.events(self._seen, self.number)
        except OSError:
            self._is_lost = True
            raise
        if self._is_lost:
            found = self._found_again(found)
        events = found["events"] if self._seen else found["events"][-LATEST:]
        self._seen = max(self._seen, int(found["last"]))
        texts, spoken = [], []
        for event in events:
            if event["kind"] == "text":
                texts.append(self._text_line(event))
            elif event["kind"] == "call":
                self._follow(event)
                if line := _call_line(event):
                    spoken.append(line)
        if not self._sid:
            return News(texts, spoken)
        call = self._client.request("GET", f"/phone/calls/{self._sid}")
        if call["finished"]:
            self._sid = ""
            return News(texts, spoken)
        return News(texts, spoken, self._sid, str(call["status"]), _hint(call["listening"]))

    def _found_again(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return the events of a platform that answers again; of one that was started anew, all of them."""
        every = self._client.events(0, self.number)
        if int(every["last"]) < self._seen:
            self._seen, self._sid, found = 0, "", every
            self.take_up()
        self._is_lost = False
        return found

    def _text_line(self, event: Mapping[str, Any]) -> Line:
        if event["direction"] == "inbound":
            self._text_sid = str(event["sid"])
            return Line("person", str(event["body"]), sid=self._text_sid)
        about = "from Twilio itself" if event.get("automatic") else ""
        sid = self._text_sid if event["direction"] == "outbound-reply" else ""
        return Line("app", str(event["body"]), about, sid=sid)

    def _follow(self, event: Mapping[str, Any]) -> None:
        if event["entry"] == "ended":
            if event["callSid"] == self._sid:
                self._sid = ""
        elif not self._sid:
            self._sid = str(event["callSid"])


def _hint(listening: Mapping[str, Any] | None) -> str:
    """Return what a call waits for, in words."""
    if not listening:
        return ""
    if listening["verb"] == "Gather":
        wants = []
        if "dtmf" in listening["input"]:
            wants.append("a key" if listening.get("numDigits") == 1 else "keys")
        if "speech" in listening["input"]:
            wants.append(f"words ({listening['language']})")
        return f"The app waits for {' or '.join(wants)}."
    return _HINTS.get(listening["verb"], "The app waits.")


_HINTS: Final = {
    "ring": "The app is calling.",
    "Record": "The app records: speak, then press a key or stay silent.",
    "Dial": "You talk to another party. Stay silent to let them hang up.",
    "Enqueue": "You wait in a queue. Stay silent to wait on.",
}


def _call_line(event: Mapping[str, Any]) -> Line | None:
    entry, sid = str(event["entry"]), str(event["callSid"])
    if entry == "say":
        voice = ", ".join(str(part) for part in (event["language"], event["voice"]) if part)
        return Line("app", str(event["text"]), voice, str(event["language"] or ""), sid, int(event["at"]))
    words = _WORDS[entry](event) if entry in _WORDS else " ".join(narrate(event).split()).lstrip("· ")
    return Line(_PARTIES.get(entry, ""), words, sid=sid, at=int(event["at"])) if words else None


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "play": lambda event: f"plays {event.get('url') or 'keys ' + str(event['digits'])}",
    "digits": lambda event: f"presses {event['digits']}",
    "speech": lambda event: str(event["text"]),
    "silence": lambda _: "stays silent",
}
"""What is shown of an entry, where that is not how the terminal tells of it."""

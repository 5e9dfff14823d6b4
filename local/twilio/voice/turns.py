"""The steps of a call: fetching documents, waiting for input, and interruptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Fetch:
    """The source of the next document.

    Parameters
    ----------
    url
        Absolute; "" for a document given inline.
    method
        GET or POST.
    params
        Parameters besides those that every request of the call has.
    twiml
        The document itself, where it is given inline.
    """

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str | None = None


@dataclass(frozen=True)
class Listening:
    """The input that a call waits for.

    Parameters
    ----------
    verb
        ``ring``, ``Gather``, ``Record``, ``Dial``, ``Enqueue``, ``Refer``.
    details
        Attributes that the person's answer depends on, such as ``numDigits``.
    seconds
        After how many seconds on the platform's clock the wait is over; None waits for ever.
    in_queue
        Whether the document is one that entertains the caller of an <Enqueue>.
    """

    verb: str
    details: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    in_queue: bool = False

    def accepts(self, verbs: tuple[str, ...]) -> bool:
        """Whether it takes what can be done in one of these verbs; a queue can always be left."""
        return not verbs or self.verb in verbs or (self.in_queue and "Enqueue" in verbs)


class HungUp(Exception):
    """The call is over: ``by`` "phone", "api" (a REST request), "app" (TwiML) or "limit"."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class LeftQueue(Exception):
    """The caller leaves the queue, and the call continues after its <Enqueue>."""


class TakenFromQueue(Exception):
    """What becomes of the caller ends the document that entertained them: ``result`` is an <Enqueue>'s."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


class Redirected(Exception):
    """A REST request gave the call another document."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(fetch.url)
        self.fetch = fetch


@dataclass
class CallSettings:
    """What a call was created with, from the number it reached or from the REST request."""

    fetch: Fetch
    fallback: Fetch | None = None
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    ring_seconds: float = 60.0
    machine_detection: str = ""
    async_amd_callback: str | None = None
    extra_params: dict[str, str] = field(default_factory=dict)

"""The inputs of a person at a phone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    """Keys are pressed.

    Parameters
    ----------
    digits
        0-9, ``*``, ``#``.
    more
        Whether more keys will follow; otherwise the person stops, and a wait for more runs out at once.
    """

    digits: str
    more: bool = False


@dataclass(frozen=True)
class Speech:
    """Words are spoken; ``confidence`` is that of the recognition, 0 to 1."""

    text: str
    confidence: float = 0.9


@dataclass(frozen=True)
class Silence:
    """Nothing happens until the wait is over."""


@dataclass(frozen=True)
class Answer:
    """A ringing phone is answered."""


@dataclass(frozen=True)
class Decline:
    """A ringing phone is declined: the caller finds it busy."""


@dataclass(frozen=True)
class OtherSide:
    """What happens at the other end of a <Dial>, an <Enqueue> or a <Refer>.

    Parameters
    ----------
    result
        Of a Dial ``completed``, ``busy``, ``no-answer``, ``failed`` or ``canceled``; of an Enqueue
        ``bridged`` or ``queue-full``; of a Refer ``completed``, ``busy`` or ``failed``.
    seconds
        How long the two sides talked.
    """

    result: str
    seconds: int = 0


Input = Keys | Speech | Silence | Answer | Decline | OtherSide

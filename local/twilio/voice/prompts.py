"""<Say>, <Play> and <Pause>: entries in the transcript, without sound and without passing time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element, resolve
from local.twilio.voice.schema import whole_number

if TYPE_CHECKING:
    from local.twilio.voice.executor import Executor

LONGEST_TEXT = 4096
"""Characters that one <Say> may hold, https://www.twilio.com/docs/voice/twiml/say#limits-and-considerations."""


def say(executor: Executor, verb: Element, inside: str = "") -> None:
    """Say a text.

    Raises
    ------
    BadTwiml
        The text is longer than Twilio would say (13520).
    """
    text = verb.text
    if len(text) > LONGEST_TEXT:
        raise BadTwiml(13520, f"Say: invalid text: more than {LONGEST_TEXT} characters")
    loop = whole_number(verb, "loop", 1)
    if not text:
        executor.warn("<Say> has no text")
        return
    executor.call.note(
        "say",
        text=text,
        voice=verb.get("voice"),
        language=verb.get("language"),
        loop=loop,
        inside=inside,
    )


def play(executor: Executor, verb: Element, inside: str = "") -> None:
    """Play a recording, or press keys towards the other side."""
    loop = whole_number(verb, "loop", 1)
    if digits := verb.get("digits"):
        executor.call.note("play", digits=digits, loop=loop, inside=inside)
        return
    executor.call.note("play", url=resolve(executor.url, verb.text), loop=loop, inside=inside)


def pause(executor: Executor, verb: Element, inside: str = "") -> None:
    """Record a pause, which takes no time here."""
    executor.call.note("pause", seconds=whole_number(verb, "length", 1), inside=inside)


PROMPTS = {"Say": say, "Play": play, "Pause": pause}


def prompt(executor: Executor, verb: Element, inside: str = "") -> None:
    """Run a <Say>, <Play> or <Pause>; ``inside`` names the verb that it is nested in."""
    PROMPTS[verb.name](executor, verb, inside)

"""What a respondent sent, said or pressed, and what a reply to the welcome asks for."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from survey.domain.definition import Prompts
from survey.domain.numbers import normalize, number_in

Source = Literal["sms", "dtmf", "speech"]

MAX_ANSWER_CHARACTERS: Final = 1000
"""Characters of an answer that are stored."""

SWITCH_DIGIT: Final = "9"
"""The key that chooses the other language on the phone."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a respondent sent, said or pressed.

    ``confidence`` is the recogniser's, between 0 and 1, or None where it gave none; for speech only.
    """

    text: str
    source: Source
    confidence: float | None = None

    def cleaned(self) -> "Reply":
        """Return the reply with its text as `clean` returns it."""
        return replace(self, text=clean(self.text))

    @property
    def recorded_confidence(self) -> float | str | None:
        """The confidence as result files state it."""
        return {"sms": "sms", "dtmf": "DTMF"}.get(self.source, self.confidence)


def clean(text: str) -> str:
    """Return `text` trimmed, without control characters, truncated to the length that is stored."""
    return _CONTROL.sub("", text).strip()[:MAX_ANSWER_CHARACTERS].rstrip()


def switches_language(reply: Reply, prompts: Prompts) -> bool:
    """Tell whether a reply to the welcome asks for the other language."""
    if not prompts.offered_language:
        return False
    if reply.source == "dtmf":
        return reply.text.strip() == SWITCH_DIGIT
    if _spellings(reply.text) & _listed(prompts.text("languageOptionLanguageReply")):
        return True
    if reply.source == "sms":
        return False
    name = normalize(prompts.text("languageOptionLanguageName"))
    if name and f" {name} " in f" {normalize(reply.text)} ":
        return True
    # "Nine" in either language: the offer is spoken in the one, the survey in the other.
    languages = (prompts.offered_language, prompts.language)
    return any(number_in(reply.text, language) == int(SWITCH_DIGIT) for language in languages)


def continues(reply: Reply, prompts: Prompts) -> bool:
    """Tell whether a reply to the welcome begins the survey: by SMS ``welcomeContinue``, if there is one."""
    expected = prompts.text("welcomeContinue")
    if reply.source != "sms" or not expected:
        return True
    return bool(_spellings(reply.text) & (_spellings(expected) | _listed(expected)))


def _spellings(text: str) -> set[str]:
    # Normalizing leaves nothing of an emoji, so the text itself counts too.
    return {text.strip().casefold(), normalize(text)} - {""}


def _listed(words: str) -> set[str]:
    return {spelling for word in words.split(",") for spelling in _spellings(word)}

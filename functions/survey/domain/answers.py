"""What a respondent sent, said or pressed, and what a reply to the welcome asks for."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from survey.domain.definition import Prompts
from survey.domain.language.matching import matches, mentions
from survey.domain.language.numbers import number_in
from survey.domain.language.spelling import visible

Source = Literal["sms", "dtmf", "speech", "recording"]
WelcomeAnswer = Literal["switch", "continue", "unknown"]

MAX_ANSWER_CHARACTERS: Final = 1000
"""Characters of an answer that are stored."""

SWITCH_DIGIT: Final = "9"
"""The key that chooses the other language on the phone."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that a caller made: Twilio's RE… SID, where it is, and its length."""

    sid: str
    url: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that a caller made, as far as Twilio has told of it.

    Parameters
    ----------
    url, seconds
        Where it is, and its length; empty and 0 until they are known.
    status : str
        Twilio's ``RecordingStatus`` (``completed``, ``absent``, ``failed``), or empty.
    transcription : str
        The words, once Twilio has transcribed it.
    transcription_status : str
        Twilio's ``TranscriptionStatus`` (``completed``, ``failed``), or empty.
    """

    url: str = ""
    seconds: int = 0
    status: str = ""
    transcription: str = ""
    transcription_status: str = ""

    def merge(self, other: "Recording") -> "Recording":
        """Return what both tell; Twilio's webhooks about a recording arrive in any order, or twice."""
        return Recording(
            url=other.url or self.url,
            seconds=other.seconds or self.seconds,
            status=_final_status(self.status, other.status),
            transcription=other.transcription or self.transcription,
            transcription_status=_final_status(self.transcription_status, other.transcription_status),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a respondent sent, said, pressed or had recorded.

    Attributes
    ----------
    text : str
        Empty for a recording.
    confidence : float or None
        The recogniser's, between 0 and 1, or None where it gave none; for speech only.
    payload : str
        The id of the button or of the list's entry that was tapped in WhatsApp, or empty.
    recording : Recorded or None
        The recording.
    """

    text: str
    source: Source
    confidence: float | None = None
    payload: str = ""
    recording: Recorded | None = None

    def cleaned(self) -> "Reply":
        """Return the reply with its text as `clean` returns it."""
        return replace(self, text=clean(self.text))

    @property
    def recorded_confidence(self) -> float | str | None:
        """The confidence as result files state it."""
        return {"sms": "sms", "dtmf": "DTMF"}.get(self.source, self.confidence)


def clean(text: str) -> str:
    """Return `text` trimmed, without control characters, truncated to the length that is stored.

    Invisible characters stay only where the text's script may need them to be displayed.
    """
    return visible(visible(text).strip()[:MAX_ANSWER_CHARACTERS]).strip()


def answer_to_welcome(reply: Reply, prompts: Prompts) -> WelcomeAnswer:
    """Return what a reply to the welcome asks for: the other language, or the survey's beginning.

    By SMS a ``welcomeContinue``, if there is one, has to be sent; anything else that is said, pressed or sent
    begins the survey. A word that is stated for both switches the language.
    """
    switching = _listed(prompts.text("languageOptionLanguageReply")) if prompts.offered_language else []
    if reply.source == "dtmf":
        return "switch" if prompts.offered_language and reply.text.strip() == SWITCH_DIGIT else "continue"
    expected = prompts.text("welcomeContinue") if reply.source == "sms" else ""
    beginning = [word for word in (expected, *_listed(expected)) if word not in switching]
    words: dict[WelcomeAnswer, list[str]] = {"switch": switching, "continue": beginning}
    found = matches(reply.text, words, prompts.language)
    if len(found) == 1:
        return found[0]
    if reply.source == "speech" and prompts.offered_language and _names_language(reply, prompts):
        return "switch"
    return "unknown" if expected else "continue"


def _final_status(known: str, told: str) -> str:
    """Return the status after another callback: a failure that is reported late undoes no completion."""
    return known if known == "completed" else told or known


def _names_language(reply: Reply, prompts: Prompts) -> bool:
    """Tell whether a caller said the other language's name, or "nine"."""
    name = prompts.text("languageOptionLanguageName")
    if mentions(reply.text, {"name": [name]}, prompts.language):
        return True
    # "Nine" in either language: the offer is spoken in the one, the survey in the other.
    languages = (prompts.offered_language, prompts.language)
    return any(number_in(reply.text, language) == int(SWITCH_DIGIT) for language in languages)


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]

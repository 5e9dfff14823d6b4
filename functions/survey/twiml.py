"""What is said on a call, as TwiML."""

from typing import Any, Final
from urllib.parse import urlencode

from survey.domain.dialogue import Listening, Prompt
from survey.domain.session import Session
from switchboard.public_url import path_prefix
from switchboard.reply import Reply, twiml

SILENCE_SECONDS: Final = 5
"""How long a phone waits for the first key or word, seconds."""

MAX_SAY_CHARACTERS: Final = 4096
"""Characters that a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


def answer_url(session: Session) -> str:
    """Return where the answer to the session's open step goes: a path, which Twilio resolves.

    It names the step, so that an answer that arrives twice or too late is recognised.
    """
    query = urlencode({"surveyId": session.survey_id, "session": session.session_id, "step": session.version})
    return f"{path_prefix()}/voice/survey/answer?{query}"


def voice_reply(prompt: Prompt | None, session: Session | None = None) -> Reply:
    """Return what the phone says, and either listens for the answer to the session's step or hangs up."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    if prompt is None or prompt.listening is None or session is None or not session.is_open:
        _say(response, prompt)
        response.hangup()
        return twiml(response)
    url = answer_url(session)
    _say(response.gather(**_gather(prompt.listening, url)), prompt)
    # Silence falls through to here and arrives with neither Digits nor SpeechResult.
    response.redirect(url, method="POST")
    return twiml(response)


def _gather(listening: Listening, url: str) -> dict[str, object]:
    kinds = [("dtmf", listening.digits), ("speech", listening.language)]
    attributes: dict[str, object] = {
        "input": " ".join(kind for kind, wanted in kinds if wanted),
        "action": url,
        "method": "POST",
        "timeout": SILENCE_SECONDS,
    }
    if listening.digits:
        attributes["num_digits"] = listening.digits
    if listening.language:
        attributes |= {"language": listening.language, "speech_timeout": "auto"}
    if listening.hints:
        attributes["hints"] = ", ".join(listening.hints)
    return attributes


def _say(verb: Any, prompt: Prompt | None) -> None:
    for line in prompt.lines if prompt else ():
        voice = {"voice": line.voice} if line.voice else {}
        verb.say(line.text[:MAX_SAY_CHARACTERS], language=line.language, **voice)

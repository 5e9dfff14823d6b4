"""What is said next, as TwiML."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from survey.domain.dialogue import Listening, Prompt
from survey.domain.session import Session
from switchboard.reply import Reply, empty_twiml, twiml
from switchboard.settings import common

SILENCE_SECONDS = 5
"""How long a phone waits for the first key or word, seconds."""

LONGEST_SAID = 4096
"""Characters that a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


def turn_url(session: Session) -> str:
    """Return where the answer to the session's current step goes: a path, which Twilio resolves.

    It names the step, so that an answer that arrives twice or too late is recognised.
    """
    query = urlencode({"surveyId": session.survey_id, "session": session.session_id, "step": session.version})
    # Behind a custom domain with a path mapping, the path that Twilio sees is longer than ours.
    prefix = urlsplit(common().public_base_url).path.rstrip("/")
    return f"{prefix}/voice/survey/answer?{query}"


def spoken(prompt: Prompt, answer_url: str = "") -> Reply:
    """Return a prompt for the phone, which listens for what goes to `answer_url`, or hangs up."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()
    if prompt.listening is None or not answer_url:
        _say(response, prompt)
        response.hangup()
        return twiml(response)
    gather = response.gather(**_gather(prompt.listening, answer_url))
    _say(gather, prompt)
    # Silence falls through to here and arrives with neither Digits nor SpeechResult.
    response.redirect(answer_url, method="POST")
    return twiml(response)


def written(prompt: Prompt) -> Reply:
    """Return a prompt as the reply to a text message."""
    from twilio.twiml.messaging_response import MessagingResponse

    text = prompt.message
    if not text:
        return empty_twiml()
    response = MessagingResponse()
    response.message(text)
    return twiml(response)


def hang_up() -> Reply:
    """Return the end of a call, without a word."""
    return twiml('<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>')


def _gather(listening: Listening, answer_url: str) -> dict[str, object]:
    kinds = [kind for kind, wanted in (("dtmf", listening.digits), ("speech", listening.speech)) if wanted]
    attributes: dict[str, object] = {
        "input": " ".join(kinds),
        "action": answer_url,
        "method": "POST",
        "timeout": SILENCE_SECONDS,
        "language": listening.language,
    }
    if listening.digits:
        attributes["num_digits"] = listening.digits
    if listening.speech:
        attributes["speech_timeout"] = "auto"
    if listening.hints:
        attributes["hints"] = ", ".join(hint.replace(",", " ") for hint in listening.hints)
    return attributes


def _say(verb: Any, prompt: Prompt) -> None:
    for line in prompt.lines:
        voice = {"voice": line.voice} if line.voice else {}
        verb.say(line.text[:LONGEST_SAID], language=line.language, **voice)

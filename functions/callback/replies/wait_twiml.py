"""TwiML of the wait experience.

What a document at <Enqueue waitUrl> may hold is limited: Play, Say, Pause, Hangup, Redirect, Leave and Gather
(https://www.twilio.com/docs/voice/twiml/enqueue). A voicemail is recorded after the call has left the queue.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import VoiceResponse

from callback.domain import menu
from callback.domain.dialed_number import country_of
from callback.domain.menu import MenuStep
from callback.domain.messages import Messages
from switchboard.http.reply import Reply, twiml
from switchboard.public_url import path_prefix

_PATH: Final = "/callback/studio/wait-experience"

LONGEST_VOICEMAIL_SECONDS: Final = 119
"""Only recordings below two minutes are transcribed (https://www.twilio.com/docs/api/errors/13617)."""

_KEY_SECONDS: Final = 5
_NUMBER_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 10


@dataclass(frozen=True)
class WaitContext:
    """What a reply depends on besides the key, and what the URLs of the next steps contain.

    Attributes
    ----------
    messages : Messages
    task_sid : str
        The call's task; empty where it was not found, so that nothing is offered.
    language, workflow_sid : str
        As the wait URL names them; empty where it does not.
    is_open : bool
        Whether callbacks are offered.
    """

    messages: Messages
    task_sid: str
    language: str = ""
    workflow_sid: str = ""
    is_open: bool = True

    def url(self, step: str, **more: object) -> str:
        """Return the URL of a step: a path, which Twilio resolves."""
        fields: dict[str, object] = {
            "task": self.task_sid,
            "language": self.language,
            "workflowSid": self.workflow_sid,
            **more,
        }
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"{path_prefix()}{_PATH}/{step}" + (f"?{query}" if query else "")


def waiting(context: WaitContext, *before: str) -> Reply:
    """Return the offer, if the call's task is known, and the music, in a loop until the caller presses a key.

    Parameters
    ----------
    *before : str
        What is said first, such as a greeting.
    """
    response, messages = VoiceResponse(), context.messages
    for text in before:
        _say(response, messages, text)
    gather = response.gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=2,
        action=context.url(menu.CHOICE),
        method="POST",
    )
    if context.task_sid:
        _say(
            gather,
            messages,
            messages.repeating_prompt if context.is_open else messages.repeating_prompt_closed,
        )
    gather.play(messages.hold_music_url)
    response.redirect(context.url(menu.LOOP), method="POST")
    return twiml(response)


def question(context: WaitContext, step: MenuStep) -> Reply:
    """Return the question of a menu step, or the music where there is none to ask."""
    messages = context.messages
    problem = (messages.number_not_accepted,) if step.is_refused else ()
    match step.kind:
        case "options":
            text = messages.callback_or_voicemail_choice if context.is_open else messages.voicemail_choice
            return _gather(context, menu.OPTION, text)
        case "own number":
            return _gather(context, menu.NUMBER, messages.callback_choice)
        case "ask number":
            url = context.url(menu.TYPED, tries=step.tries, number=step.number)
            return _gather(context, url, *problem, messages.callback_for_other_number, is_number=True)
        case "confirm number":
            url = context.url(menu.CONFIRM, number=step.number, tries=step.tries)
            return _gather(context, url, _read_back(messages, step.number))
        case _:
            return waiting(context, *problem)


def recording(context: WaitContext, tries: int) -> Reply:
    """Return the prompt and the tone after which a voicemail is recorded; after silence they are repeated."""
    response, messages = VoiceResponse(), context.messages
    _say(response, messages, messages.record_voicemail_prompt)
    response.record(
        action=context.url(menu.RECORDED),
        method="POST",
        finish_on_key="*",
        max_length=LONGEST_VOICEMAIL_SECONDS,
        play_beep=True,
        timeout=_SILENCE_SECONDS,
        transcribe=True,
        transcribe_callback=context.url(menu.TRANSCRIBED),
    )
    _say(response, messages, messages.voicemail_not_captured)
    if tries + 1 < menu.MOST_TRIES:
        response.redirect(context.url(menu.RECORD, tries=tries + 1), method="POST")
    else:
        response.hangup()
    return twiml(response)


def goodbye(messages: Messages, text: str) -> Reply:
    """Return a text after which the call ends."""
    response = VoiceResponse()
    _say(response, messages, text)
    response.hangup()
    return twiml(response)


def hold_on(messages: Messages) -> Reply:
    """Return an apology and a pause, after which Twilio requests the wait URL again."""
    response = VoiceResponse()
    _say(response, messages, messages.processing_error)
    response.pause(length=10)
    return twiml(response)


def _read_back(messages: Messages, number: str) -> str:
    """Return the question whether a number is right, which names its country also in older files."""
    text, country = messages.callback_for_other_number_confirm, country_of(number, messages.language)
    spoken = " ".join(number.removeprefix("+"))
    if not country or "{country}" not in text:
        spoken, text = f"{spoken}, {country}" if country else spoken, text.replace(", {country}", "")
    return text.replace("{number}", spoken).replace("{country}", country)


def _gather(context: WaitContext, action_step: str, *texts: str, is_number: bool = False) -> Reply:
    response = VoiceResponse()
    attributes: dict[str, Any] = {"num_digits": 1, "timeout": _KEY_SECONDS, "finish_on_key": ""}
    if is_number:
        attributes = {
            "num_digits": menu.LONGEST_NUMBER + len("011"),
            "timeout": _NUMBER_SECONDS,
            "finish_on_key": "#",
        }
    action = action_step if action_step.startswith("/") else context.url(action_step)
    gather = response.gather(input="dtmf", action=action, method="POST", **attributes)
    for text in texts:
        _say(gather, context.messages, text)
    response.redirect(context.url(menu.LOOP), method="POST")
    return twiml(response)


def _say(verb: Any, messages: Messages, text: str) -> None:
    if text:
        voice = {"voice": messages.voice} if messages.voice else {}
        verb.say(text, language=messages.language, **voice)

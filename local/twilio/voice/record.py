"""<Record>: https://www.twilio.com/docs/voice/twiml/record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.twilio.sids import new_sid
from local.twilio.twiml import Element, method_of, resolve
from local.twilio.voice.inputs import Keys, Speech
from local.twilio.voice.recordings import Recording
from local.twilio.voice.schema import flag, whole_number
from local.twilio.voice.turns import Fetch, HungUp, Listening

if TYPE_CHECKING:
    from local.twilio.voice.executor import Executor
    from local.twilio.voice.recordings import Recordings

_CHARACTERS_A_SECOND = 15


def record(recordings: Recordings, executor: Executor, verb: Element) -> Fetch | None:
    """Record what the person says and return the request to the action URL.

    Silence records nothing: the call falls through to the next verb, as Twilio's does. A hang-up ends the
    recording, and the action URL is still told (``Digits=hangup``).
    """
    timeout = whole_number(verb, "timeout", 5, lowest=1)
    longest = whole_number(verb, "maxLength", 3600, lowest=1) or 3600
    finish = verb.get("finishOnKey", "1234567890*#")
    executor.action(verb, {}, executor.url)
    executor.call.note(
        "record", maxLength=longest, finishOnKey=finish, playBeep=flag(verb, "playBeep", default=True)
    )
    words: list[str] = []
    ended = ""
    try:
        while not ended:
            item = executor.listen(
                Listening("Record", {"finishOnKey": finish, "maxLength": longest}, timeout)
            )
            if isinstance(item, Speech):
                executor.call.note("speech", text=item.text, confidence=item.confidence)
                words.append(item.text)
            elif isinstance(item, Keys):
                executor.call.note("digits", digits=item.digits)
                ended = next((key for key in item.digits if key in finish), "")
            else:
                break
    except HungUp:
        if words:
            _keep(recordings, executor, verb, words, "hangup", longest)
        raise
    if not words:
        return None
    return _keep(recordings, executor, verb, words, ended, longest)


def _keep(  # noqa: PLR0917
    recordings: Recordings, executor: Executor, verb: Element, words: list[str], ended: str, longest: int
) -> Fetch | None:
    account, call, text = executor.account, executor.call, " ".join(words)
    recording = Recording(
        sid=new_sid("RE"),
        call_sid=call.sid,
        text=text,
        seconds=min(-(-len(text) // _CHARACTERS_A_SECOND), longest),
        created=account.clock.now(),
        transcribed=flag(verb, "transcribe") or bool(verb.get("transcribeCallback")),
    )
    recordings.add(recording)
    url = account.url(f"Recordings/{recording.sid}")
    call.note("recording", sid=recording.sid, url=url, seconds=recording.seconds, text=text)
    about = {"RecordingSid": recording.sid, "RecordingUrl": url}
    if reference := verb.get("recordingStatusCallback"):
        params = {
            **about,
            "RecordingStatus": "completed",
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
            "ErrorCode": "0",
        }
        callback = Fetch(
            resolve(executor.url, reference), method_of(verb, "recordingStatusCallbackMethod"), params
        )
        executor.send_async(callback)
    if reference := verb.get("transcribeCallback"):
        params = {
            **about,
            "TranscriptionSid": recording.transcription_sid,
            "TranscriptionText": text,
            "TranscriptionStatus": "completed",
            "TranscriptionType": "fast",
        }
        executor.send_async(Fetch(resolve(executor.url, reference), "POST", params))
    result = {"RecordingUrl": url, "RecordingSid": recording.sid, "RecordingDuration": str(recording.seconds)}
    action = executor.action(verb, {**result, "Digits": ended}, executor.url)
    if ended == "hangup" and action is not None:
        executor.final_callback(action)
        return None
    return action

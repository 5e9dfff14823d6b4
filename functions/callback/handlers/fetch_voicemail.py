"""GET, POST /callback/flex/fetch-voicemail: the audio of a voicemail.

Below /features/callback-and-voicemail the audio is in JSON, as flex-project-template's plugin takes it.
"""

from callback.replies.task_reply import error_reply, twilio_error_reply, unavailable
from callback.requests.fetch_voicemail import VoicemailRequest
from callback.voicemail_audio import fetch, fetch_json
from switchboard.errors import SwitchboardError
from switchboard.http.auth import FLEX_USERS, FlexToken
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.twilio.outcome import Refused

_TEMPLATE_PATH = "/features/"

_SECONDS = 13.0
"""A long recording is copied to S3 while the agent waits."""


@endpoint(FlexToken(role=FLEX_USERS), fallback=unavailable, answer_within=_SECONDS, services=())
def handler(request: Request) -> Reply:
    """Answer with the recording, or with the error."""
    try:
        recording_sid = read(VoicemailRequest, request.params).recording_sid
        if request.path.startswith(_TEMPLATE_PATH):
            return fetch_json(recording_sid)
        return fetch(recording_sid, request.headers.get("range", ""))
    except Refused as error:
        return twilio_error_reply(error)
    except SwitchboardError as error:
        return error_reply(error)

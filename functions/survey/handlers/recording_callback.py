"""POST /voice/survey/recording, /voice/survey/transcription: status and words of a caller's recording.

Twilio reports a recording's status and its transcription minutes later, in any order, perhaps twice.
"""

from survey.requests.call import CallWebhook, RecordingUrl
from survey.turns import note_or_defer_recording
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, no_content
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(TwilioSignature(), fallback=lambda _request: no_content(), services=("dynamodb", "events"))
def handler(request: Request) -> Reply:
    """Store the status or the words with the answer that the recording is."""
    told = read(CallWebhook, request.params).to_recording_event(read(RecordingUrl, request.query))
    if told is not None:
        note_or_defer_recording(told)
    return no_content()

"""POST /voice/survey/recording, /voice/survey/transcription: what became of a caller's recording.

Twilio reports a recording's status and its transcription minutes later, in any order, perhaps twice.
"""

from survey.requests.call import CallWebhook, RecordingUrl
from survey.turns import note_recording
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, no_content
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.log import logger


@endpoint(TwilioSignature(), fallback=lambda _request: no_content(), services=("dynamodb", "events"))
def handler(request: Request) -> Reply:
    """Store what is known of the recording with the answer that it is."""
    call, url = read(CallWebhook, request.params), read(RecordingUrl, request.query)
    if call.recording_sid and not note_recording(
        url.respondent or call.respondent, url.survey_id, url.session, call.recording_sid, call.recording
    ):
        logger.info("The session of a recording is gone", extra={"recording_sid": call.recording_sid})
    return no_content()

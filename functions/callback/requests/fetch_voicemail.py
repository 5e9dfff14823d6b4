"""A request for the audio of a voicemail."""

from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import RecordingSid


class VoicemailRequest(RequestModel):
    """A request that names the recording."""

    recording_sid: RecordingSid

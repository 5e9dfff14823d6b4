"""The detail of survey.recording: what a callback told of a recording that could not be stored at once."""

from typing import Annotated

from survey.domain.answers import Recording
from survey.requests.survey_event import SurveyEvent
from switchboard.inputs.forms import WholeNumber
from switchboard.inputs.types import RecordingSid


class RecordingEvent(SurveyEvent):
    """The session that a recording belongs to, and the fields of `domain.answers.Recording`."""

    recording_sid: RecordingSid
    recording_url: str = ""
    recording_seconds: Annotated[int, WholeNumber(0, 86400)] = 0
    recording_status: str = ""
    transcription_text: str = ""
    transcription_status: str = ""

    @property
    def recording(self) -> Recording:
        """The content of the callback."""
        return Recording(
            url=self.recording_url,
            seconds=self.recording_seconds,
            status=self.recording_status,
            transcription=self.transcription_text,
            transcription_status=self.transcription_status,
        )

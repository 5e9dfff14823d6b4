"""Store what a callback told of a recording while the table could not be written (``survey.recording``)."""

from survey.requests.recording_event import RecordingEvent
from survey.turns import note_recording
from switchboard.processor import Event, processor


@processor(RecordingEvent)
def handler(event: Event[RecordingEvent]) -> None:
    """Store it with the answer that the recording is."""
    note_recording(event.detail)

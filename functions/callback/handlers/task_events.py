"""TaskRouter events on the bus: close the record of a task that ends, and archive its recording."""

from typing import Any

from callback.domain.callback_record import recording_of
from callback.recording_archive import archive
from callback.task_end import ENDINGS, close_record
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Close the record of a task that was canceled, timed out or completed."""
    data = event.detail.get("data")
    payload = data.get("payload") if isinstance(data, dict) else None
    ending = event.detail_type.rpartition(".")[2]
    if ending not in ENDINGS or not isinstance(payload, dict):
        return
    attributes = close_record(payload)
    recording_sid = recording_of(attributes) if attributes else None
    if ending == "completed" and recording_sid:
        archive(recording_sid)

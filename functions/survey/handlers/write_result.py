"""Write a survey's result file when the survey starts and when it ends.

``survey.started`` and ``survey.ended`` may come twice, late or in the wrong order: the file states the
session as it is now, and is written again where that changed meanwhile.
"""

from typing import Any

from survey.recording import record_result
from switchboard.processor import Event, processor


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Write the result file of the session that the event is about."""
    record_result(event.detail["respondent"], event.detail["surveyId"], event.detail_type)

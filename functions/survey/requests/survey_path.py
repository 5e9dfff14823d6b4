"""The survey that the path of a route below /surveys/{surveyId} names."""

from switchboard.http.request import Request
from switchboard.inputs.model import RequestModel, read
from switchboard.inputs.types import Identifier


class SurveyPath(RequestModel):
    """The path's parameters."""

    survey_id: Identifier


def read_survey_id(request: Request) -> str:
    """Return the survey that a request is about; ``default`` is the one whose files are at the bucket's root.

    Raises
    ------
    BadRequest
        The path names none.
    """
    return read(SurveyPath, request.path_parameters).survey_id

"""GET /surveys/{surveyId}/summary: how many started and completed, who left where, what was answered."""

from survey.requests.result_query import ResultPeriod
from survey.requests.survey_path import read_survey_id
from survey.result_summary import summarize
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(ApiKey(), services=("dynamodb", "s3"))
def handler(request: Request) -> Reply:
    """Answer with the summary of the sessions that started in the period."""
    survey_id = read_survey_id(request)
    period = read(ResultPeriod, request.query)
    return json_reply(summarize(survey_id, period.earliest, period.latest))

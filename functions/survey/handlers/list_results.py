"""GET /surveys/{surveyId}/results: pages of results, the latest first, as JSON or CSV."""

from typing import Final
from urllib.parse import urlencode

from survey.requests.result_query import ListResults, cursor_after, prefers_csv
from survey.requests.survey_path import read_survey_id
from survey.result_list import read_page, to_csv
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request
from switchboard.inputs.model import read

_NO_STORE: Final = {"cache-control": "no-store", "vary": "Accept"}


@endpoint(ApiKey(), services=("dynamodb", "s3"))
def handler(request: Request) -> Reply:
    """Answer ``{"items": [result file, …], "cursor": …}``, or CSV with a header ``Link`` to the next page."""
    survey_id = read_survey_id(request)
    is_table = prefers_csv(request.headers.get("accept", ""))
    query = read(ListResults, request.query).to_query(survey_id, is_table=is_table)
    page = read_page(query)
    cursor = cursor_after(page.last, survey_id)
    if not is_table:
        body = f'{{"items":[{",".join(entry.content for entry in page.entries)}],"cursor":{_json(cursor)}}}'
        return Reply(200, body, {"content-type": "application/json", **_NO_STORE})
    headers = {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": f'attachment; filename="{survey_id}-results.csv"',
        **_NO_STORE,
    }
    if cursor:
        headers["link"] = f'<{_next_url(request, cursor)}>; rel="next"'
    return Reply(200, to_csv(page, query), headers)


def _json(cursor: str | None) -> str:
    return "null" if cursor is None else f'"{cursor}"'


def _next_url(request: Request, cursor: str) -> str:
    return f"{request.url.partition('?')[0]}?{urlencode({**request.query, 'cursor': cursor})}"

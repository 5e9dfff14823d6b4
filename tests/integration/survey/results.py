"""A survey's results at the edge of the running platform: routes, files, the index and the archive."""

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from local.http_messages import HttpResponse
from local.platform import Platform
from local.template.parameters import LAMBDA_KEY
from switchboard import aws
from switchboard.settings import clear_settings
from tests.integration.survey.talk import Respondent
from tests.support import Caller, eventually, sets_off

CSV = "text/csv"

OLDER: dict[str, Any] = {
    "questions": [{"answer": 4, "answerConfidence": "sms"}, {"answer": "fine", "answerConfidence": "sms"}],
    "surveyMedium": "voice",
    "surveyStarted": 1_700_000_000_000,
    "surveyCompleted": 1_700_000_060_000,
    "surveyStatus": "COMPLETED",
    "currentState": "post-survey",
    "questionIndex": 2,
    "languageSet": "en-US",
}
"""A result file of an older application."""


def get(caller: Caller, path: str, accept: str = "", **query: str | int) -> HttpResponse:
    """GET a path with the API key."""
    if query:
        path = f"{path}?{urlencode(query)}"
    return caller.key_get(path, {"Accept": accept} if accept else None)


def results(caller: Caller, survey: str, **query: str | int) -> dict[str, Any]:
    """Return a page of a survey's results."""
    answer = get(caller, f"/surveys/{survey}/results", **query)
    assert answer.status == 200, answer.text
    assert answer.header("content-type") == "application/json"
    page: dict[str, Any] = answer.json()
    return page


def pages(caller: Caller, survey: str, **query: str | int) -> Iterator[list[dict[str, Any]]]:
    """Yield one page after the other."""
    cursor = ""
    while True:
        page = results(caller, survey, **query, **({"cursor": cursor} if cursor else {}))
        yield page["items"]
        if not (cursor := page["cursor"] or ""):
            return


def rows(answer: HttpResponse) -> list[dict[str, str]]:
    """Return the rows of a table in CSV."""
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


def table(caller: Caller, survey: str, **query: str | int) -> list[dict[str, str]]:
    """Return a survey's results as a table."""
    return rows(get(caller, f"/surveys/{survey}/results", CSV, **query))


def summary(caller: Caller, survey: str, **query: str | int) -> dict[str, Any]:
    """Return the summary of a survey's results."""
    answer = get(caller, f"/surveys/{survey}/summary", **query)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def completes(someone: Respondent, *answers: str) -> Respondent:
    """Let somebody take a survey by text message until its result is written."""
    for body in ("hi", "go", *(answers or ("4", "fine"))):
        someone.texts(body)
    someone.result("COMPLETED")
    assert eventually(lambda: "dueAt" not in (someone.session() or {"dueAt": 0}))
    return someone


def begins(someone: Respondent, *bodies: str) -> Respondent:
    """Let somebody begin a survey by text message."""
    for body in ("hi", *bodies):
        someone.texts(body)
    someone.result("STARTED")
    return someone


def put(someone: Respondent, document: object) -> None:
    """Put a result file into the bucket as another application does."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    someone.platform.aws.client("s3").put_object(
        Bucket=someone.platform.bucket, Key=someone.result_key, Body=body
    )


def delete(someone: Respondent) -> None:
    """Delete somebody's result file, and wait until that is processed."""
    with sets_off(someone.platform, "SurveyForgetResult"):
        someone.platform.aws.client("s3").delete_object(
            Bucket=someone.platform.bucket, Key=someone.result_key
        )


def archived(someone: Respondent) -> list[str]:
    """Return the lines of a respondent's objects in the archive."""
    s3 = someone.platform.aws.client("s3")
    prefix = f"archive/survey-results/survey={someone.survey}/"
    found = s3.list_objects_v2(Bucket=someone.platform.bucket, Prefix=prefix).get("Contents", [])
    keys = [one["Key"] for one in found if one["Key"].endswith(f"/{someone.number[1:]}.json")]
    bodies = [s3.get_object(Bucket=someone.platform.bucket, Key=key)["Body"].read().decode() for key in keys]
    assert all(body.count("\n") == 1 for body in bodies)
    return bodies


@contextmanager
def as_a_function(platform: Platform) -> Iterator[None]:
    """Let code of the feature that is called in this process work on the platform."""
    client = platform.aws.client("s3")
    variables = {
        "SURVEY_RESULTS_TABLE": platform.resource_name("SurveyResults"),
        "CONFIG_BUCKET": platform.bucket,
        "ARCHIVE_RESULTS": "true",
        "AWS_ENDPOINT_URL": client.meta.endpoint_url,
        "AWS_ACCESS_KEY_ID": LAMBDA_KEY,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": client.meta.region_name,
    }
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    clear_settings()
    aws.clear_clients()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        clear_settings()
        aws.clear_clients()

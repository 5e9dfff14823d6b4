"""Lists of campaigns: what is accepted, what is rejected with its line, and what a dry run leaves undone."""

import json
from typing import Any

import pytest

from tests.integration.survey.campaigns import Campaigns
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import new_number

CSV = "lists/people.csv"


def _upload(campaigns: Campaigns, content: bytes | str) -> None:
    body = content if isinstance(content, bytes) else content.encode()
    s3 = campaigns.platform.aws.client("s3")
    s3.put_object(Bucket=campaigns.platform.bucket, Key=CSV, Body=body)


def _stored(campaigns: Campaigns) -> list[str]:
    s3 = campaigns.platform.aws.client("s3")
    found = s3.list_objects_v2(Bucket=campaigns.platform.bucket, Prefix=f"campaigns/{campaigns.survey}/")
    return [item["Key"] for item in found.get("Contents", ())]


def _lines(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["line"], one["message"]) for one in answer["rejected"]]


def test_each_entry_that_cannot_be_used_is_rejected_with_its_line(campaigns: Campaigns) -> None:
    number = new_number()
    answer = campaigns.post(
        recipients=[
            {"to": number, "name": "Ada"},
            {"to": f"{number[:5]} {number[5:]}"},
            {"to": "0170 1234567"},
            {"name": "Ada"},
            "+12025550111",
            {"to": new_number(), "language": "xx"},
            {"to": new_number(), "timeZone": "Mars/Olympus"},
            {"to": new_number(), "name": ["Ada"]},
            {"to": new_number(), "again": "true"},
        ]
    )
    assert answer.status == 202
    assert answer.json()["accepted"] == 1
    problem = "to: must be a phone number in E.164 form: + and 7 to 15 digits"
    assert _lines(answer.json()) == [
        (2, "to: is on line 1 already"),
        (3, problem),
        (4, problem),
        (5, "must be an object"),
        (6, "language: names a language that the survey has no prompts in"),
        (7, "timeZone: must be an IANA time zone, such as America/New_York"),
        (8, "name: must be text"),
        (9, "again: must have another name"),
    ]
    campaigns.made.append(answer.json()["campaignId"])


def test_a_number_counts_as_listed_only_where_its_entry_can_be_used(campaigns: Campaigns) -> None:
    number = new_number()
    entries = [{"to": number, "language": "xx"}, {"to": number}, {"to": number, "language": "en-US"}]
    answer = campaigns.post(recipients=entries, dryRun=True).json()
    assert answer["accepted"] == 1
    assert _lines(answer) == [
        (1, "language: names a language that the survey has no prompts in"),
        (3, "to: is on line 2 already"),
    ]


def test_a_cell_with_a_line_break_is_rejected_for_that(campaigns: Campaigns) -> None:
    numbers = [new_number() for _ in range(3)]
    _upload(campaigns, f'number,name\n{numbers[0]},"Ada\nLovelace"\n{numbers[1]},Bob\n{numbers[2]},5" disk\n')
    answer = campaigns.post(file=CSV, dryRun=True).json()
    assert answer["accepted"] == 2
    first, second = answer["rejected"]
    assert (first["line"], first["to"]) == (2, numbers[0])
    assert (
        first["message"] == "has a quotation mark that this line does not close: a cell must be on one line"
    )
    assert (second["line"], second["to"]) == (3, 'Lovelace"')


def test_a_number_that_a_spreadsheet_keeps_as_text_is_read(campaigns: Campaigns) -> None:
    numbers = [new_number() for _ in range(3)]
    _upload(campaigns, f'number,name\n"=""{numbers[0]}""",Ada\n="{numbers[1]}",Bob\n\'{numbers[2]},Eve\n')
    answer = campaigns.post(file=CSV, dryRun=True).json()
    assert (answer["accepted"], _lines(answer)) == (3, [])


def test_a_dry_run_says_who_would_be_asked_and_stores_nothing(campaigns: Campaigns, person: People) -> None:
    done, stopped, under_way = (person(campaigns.survey) for _ in range(3))
    for body in ("hi", "go", "5", "fine"):
        done.texts(body)
    stopped.texts("STOP")
    under_way.texts("hi")
    people = [done.number, stopped.number, under_way.number, new_number()]
    recipients = [{"to": number} for number in people]
    answer = campaigns.post(recipients=recipients, dryRun=True).json()
    assert (answer["campaignId"], answer["accepted"]) == (None, 1)
    assert _lines(answer) == [
        (1, "to: has completed this survey"),
        (2, "to: has opted out by STOP"),
        (3, "to: is taking this survey"),
    ]
    again = campaigns.post(recipients=recipients, dryRun=True, again=True).json()
    assert (again["accepted"], _lines(again)) == (3, [(2, "to: has opted out by STOP")])
    assert _stored(campaigns) == []
    assert campaigns.caller.key_get(f"/surveys/{campaigns.survey}/campaigns").json() == {"items": []}


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode("cp1252"),
        lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
        lambda text: text.replace("\n", "\r\n").replace(",", "\t").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "excel", "sep", "tabs"],
)
def test_a_csv_file_from_the_bucket_is_read_as_spreadsheets_write_it(
    campaigns: Campaigns, encode: Any
) -> None:
    one, other = new_number(), new_number()
    _upload(
        campaigns, encode(f'Number,Language,name\n"{one}",en-US,Zoë\n\n\'{other},,"O""Neill"\n1.2E+10,,\n')
    )
    answer = campaigns.post(file=CSV, dryRun=True).json()
    assert answer["accepted"] == 2
    ((line, message),) = _lines(answer)
    assert (line > 4, message) == (True, "to: was rounded by a spreadsheet: format the column as text")
    campaign_id = campaigns.create(file=CSV)
    campaigns.run()
    assert campaigns.counts(campaign_id)["started"] == 2
    fields = [person_fields(campaigns, number) for number in (one, other)]
    assert fields == [{"name": "Zoë"}, {"name": 'O"Neill'}]


def person_fields(campaigns: Campaigns, number: str) -> Any:
    """Return what placeholders stand for in a person's session."""
    from tests.integration.survey.talk import Respondent

    session = Respondent(campaigns.platform, campaigns.caller, number, campaigns.survey).session()
    assert session is not None
    return session["fields"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "file: is empty"),
        ("name,language\nAda,en-US\n", "file: must have a column to, or number, in its first line"),
        ("to,number\n+12025550111,\n", "file: must not have the column to twice"),
        (b"\x00\x01\x02", "file: must have a column to, or number, in its first line"),
    ],
)
def test_a_file_that_is_no_list_is_refused(campaigns: Campaigns, content: Any, message: str) -> None:
    _upload(campaigns, content)
    answer = campaigns.post(file=CSV)
    assert (answer.status, answer.json()["message"]) == (400, message)


@pytest.mark.slow
def test_a_file_that_is_too_long_or_too_large_is_refused(campaigns: Campaigns) -> None:
    _upload(campaigns, "number\n" + "".join(f"+1505{number:07}\n" for number in range(100_001)))
    answer = campaigns.post(file=CSV, dryRun=True)
    problem = "file: must have at most 100,000 numbers: make several campaigns of it"
    assert (answer.status, answer.json()["message"]) == (400, problem)
    _upload(campaigns, b"x" * (16 * 1024 * 1024 + 1))
    answer = campaigns.post(file=CSV, dryRun=True)
    assert (answer.status, answer.json()["message"]) == (400, "file: must have at most 16 MiB")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "recipients: is missing"),
        ({"recipients": []}, "recipients: must not be empty"),
        ({"recipients": [{}], "file": CSV}, "recipients: must not be given along with file"),
        ({"file": "../secret.csv"}, "file: names no file in the bucket"),
        ({"file": "survey-config.json"}, None),
        ({"file": "none.csv"}, "file: names no file in the bucket"),
        ({"recipients": [{}], "medium": "fax"}, None),
        ({"recipients": [{}], "perMinute": 0}, "perMinute: must be a whole number from 1 to 3000"),
        ({"recipients": [{}], "window": "9-5"}, "window: must be a part of the day, such as 09:00-20:00"),
        ({"recipients": [{}], "window": "20:00-09:00"}, None),
        ({"recipients": [{}], "defaultLanguage": "xx"}, None),
        ({"recipients": [{}] * 10_001}, "recipients: must have at most 10000 entries"),
    ],
)
def test_a_wrong_request_is_refused_and_stores_nothing(
    campaigns: Campaigns, fields: dict[str, Any], message: str | None
) -> None:
    answer = campaigns.post(**fields)
    assert answer.status == 400, answer.text
    assert message in {None, answer.json()["message"]}
    assert answer.json()["errors"]
    assert _stored(campaigns) == []


def test_a_survey_that_does_not_exist_has_no_campaigns(campaigns: Campaigns) -> None:
    campaigns.survey = "no-such-survey"
    answer = campaigns.post(recipients=[{"to": new_number()}])
    assert (answer.status, answer.json()["message"]) == (400, "surveyId: names no survey")
    missing = campaigns.caller.key_get("/surveys/no-such-survey/campaigns/abc")
    assert missing.status == 404


def test_the_routes_want_an_api_key(campaigns: Campaigns) -> None:
    path = f"/surveys/{campaigns.survey}/campaigns"
    body = json.dumps({"medium": "sms", "recipients": [{"to": new_number()}]}).encode()
    kind = {"Content-Type": "application/json"}
    for method, where in (("POST", path), ("GET", path), ("GET", f"{path}/a"), ("POST", f"{path}/a")):
        sent = campaigns.caller.send(method, where, body if method == "POST" else b"", kind)
        assert sent.status == 403, (method, where)
    assert _stored(campaigns) == []


@pytest.mark.slow
def test_a_list_of_ten_thousand_fits_in_one_request(campaigns: Campaigns) -> None:
    recipients = [
        {"to": f"+1404{number:07}", "name": "Grace Brewster Murray Hopper"} for number in range(10_000)
    ]
    answer = campaigns.post(recipients=recipients, dryRun=True)
    assert (answer.status, answer.json()["accepted"]) == (202, 10_000)


def test_a_request_with_the_same_key_creates_one_campaign(campaigns: Campaigns) -> None:
    recipients = [{"to": new_number()}]
    key = {"Idempotency-Key": f"campaign {campaigns.survey}"}
    first = campaigns.post(key, recipients=recipients)
    second = campaigns.post(key, recipients=recipients)
    campaigns.made.append(first.json()["campaignId"])
    assert (second.status, second.json()["campaignId"]) == (202, first.json()["campaignId"])
    assert second.json()["accepted"] == 1
    other = campaigns.post(key, recipients=[{"to": new_number()}])
    assert other.status == 409
    assert len(_stored(campaigns)) == 1

"""``switchboard survey send``, ``campaigns``, ``delete`` and ``open``, at a running platform."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from tests.command import Done, switchboard
from tests.integration.survey.campaigns import ALL_DAY, Campaigns
from tests.integration.survey.conftest import People
from tests.integration.survey.talk import new_number

Run = Callable[..., Done]


@pytest.fixture
def run(platform: Platform) -> Run:
    """Return the command, which sees the platform as a deployed stack."""

    def run(*words: str) -> Done:
        return switchboard(*words, "--local", "--port", urlsplit(platform.base_url).port)

    return run


@pytest.fixture
def people(tmp_path: Path) -> tuple[str, list[str]]:
    """A file with two people and a line that is none."""
    numbers = [new_number(), new_number()]
    file = tmp_path / "people.csv"
    file.write_text(f"number,name\n{numbers[0]},Ada\n{numbers[1]},Grace\n12,Nobody\n")
    return str(file), numbers


def _objects(campaigns: Campaigns, prefix: str) -> list[bytes]:
    """Return every version of the objects below a prefix."""
    s3, bucket = campaigns.platform.aws.client("s3"), campaigns.platform.bucket
    listed = s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", ())
    return [
        s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
        for one in listed
    ]


def _sent(campaigns: Campaigns, run: Run, file: str) -> str:
    done = run(
        "survey",
        "send",
        file,
        "--survey",
        campaigns.survey,
        "--medium",
        "sms",
        "--yes",
        "--json",
        "--window",
        ALL_DAY,
    )
    assert (done.code, done.err) == (0, ""), done
    campaign_id: str = json.loads(done.out)["campaignId"]
    campaigns.made.append(campaign_id)
    return campaign_id


def test_a_file_is_tried_out_first_and_sent_only_with_a_yes(
    campaigns: Campaigns, run: Run, people: tuple[str, list[str]]
) -> None:
    file, numbers = people
    words = ("survey", "send", file, "--survey", campaigns.survey, "--medium", "sms", "--window", ALL_DAY)
    tried = run(*words, "--dry-run")
    assert tried.code == 0
    assert tried.out.splitlines() == [
        "line 4: 12: to: must be a phone number in E.164 form: + and 7 to 15 digits",
        "2 people are asked, 1 are not.",
    ]
    refused = run(*words)
    assert (refused.code, refused.err) == (1, "Nothing is sent: say --yes\n")
    assert run("survey", "campaigns", "--survey", campaigns.survey).out == "The survey has no campaigns.\n"
    done = run(*words, "--yes")
    assert done.code == 0
    assert done.out.splitlines()[-1].endswith("sends to 2 people.")
    campaigns.made.append(done.out.splitlines()[-1].split()[1])
    campaigns.run()
    assert [len(campaigns.contacts(number)) for number in numbers] == [1, 1]
    assert _objects(campaigns, "campaigns/uploads/") == []


def test_a_campaign_is_shown_paused_resumed_and_canceled(
    campaigns: Campaigns, run: Run, people: tuple[str, list[str]]
) -> None:
    campaign_id = _sent(campaigns, run, people[0])
    about = ("--survey", campaigns.survey)
    (listed,) = json.loads(run("survey", "campaigns", *about, "--json").out)
    assert (listed["campaignId"], listed["recipients"]) == (campaign_id, 2)
    table = run("survey", "campaigns", *about).out.splitlines()
    assert table[0].split("\t")[:4] == ["campaign", "created", "medium", "status"]
    for action, status in (("pause", "paused"), ("resume", "running"), ("cancel", "canceled")):
        shown: dict[str, Any] = json.loads(
            run("survey", "campaigns", campaign_id, action, *about, "--json").out
        )
        assert shown["status"] == status
    assert "canceled" in run("survey", "campaigns", campaign_id, *about).out
    refused = run("survey", "campaigns", campaign_id, "resume", *about)
    assert (refused.code, refused.err) == (1, "The campaign is canceled.\n")
    missing = run("survey", "campaigns", "0" * 32, *about)
    assert (missing.code, missing.err) == (1, "There is no campaign of this id.\n")


def test_what_became_of_each_recipient_is_a_table(campaigns: Campaigns, run: Run) -> None:
    bad, good, later = new_number(), new_number(), new_number()
    fault = {"match": "Messages.json", "times": 1, "status": 400, "code": 21614}
    campaigns.caller.local("POST", "/twilio/faults", fault)
    first = campaigns.create(bad)
    campaigns.run()
    second = campaigns.create(good, later, perMinute=1)
    campaigns.run()
    about = ("--survey", campaigns.survey, "--recipients")
    rows = list(csv.DictReader(io.StringIO(run("survey", "campaigns", first, *about).out)))
    assert [(row["number"], row["status"]) for row in rows] == [(bad, "failed")]
    assert "21614" in rows[0]["reason"]
    rows = list(csv.DictReader(io.StringIO(run("survey", "campaigns", second, *about).out)))
    assert [(row["line"], row["status"]) for row in rows] == [("1", "asked"), ("2", "waiting")]
    missing = run("survey", "campaigns", "0" * 32, *about)
    assert (missing.code, missing.err) == (1, "There is no campaign of this id.\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("none.csv", "--medium", "sms"), "none.csv cannot be read: No such file or directory\n"),
        ((".", "--medium", "sms"), ". cannot be read: Is a directory\n"),
        ((__file__, "--medium", "sms"), "file: must have a column to, or number, in its first line\n"),
    ],
)
def test_a_file_that_cannot_be_sent_is_refused_in_one_line(
    campaigns: Campaigns, run: Run, words: tuple[str, ...], error: str
) -> None:
    done = run("survey", "send", *words, "--survey", campaigns.survey)
    assert (done.code, done.err) == (1, error)


def test_campaigns_that_run_are_open_work(
    campaigns: Campaigns, run: Run, people: tuple[str, list[str]]
) -> None:
    campaign_id = _sent(campaigns, run, people[0])
    section = json.loads(run("open", "campaigns", "--json").out)["campaigns"]
    (item,) = [one for one in section["items"] if one["id"] == campaign_id]
    assert (item["state"], item["details"]) == ("running", f"{campaigns.survey} sms 2 of 2 wait")


@pytest.mark.slow
def test_a_person_who_is_deleted_leaves_the_campaigns_that_asked_them_or_will(
    campaigns: Campaigns, run: Run, person: People
) -> None:
    asked, waiting, other = new_number(), new_number(), new_number()
    first = campaigns.create(asked)
    campaigns.run()
    person(campaigns.survey, asked).texts("go")
    second = campaigns.create(waiting, other)
    for number in (asked, waiting):
        done = run("survey", "delete", number, "--yes")
        assert (done.code, done.err) == (0, ""), done
        assert "campaigns: 1" in done.out
    lists = b"".join(_objects(campaigns, f"campaigns/{campaigns.survey}/"))
    assert other.encode() in lists
    assert asked.encode() not in lists
    assert waiting.encode() not in lists
    table = campaigns.platform.resource_name("SurveyCampaigns")
    items = campaigns.platform.aws.client("dynamodb").scan(TableName=table)["Items"]
    assert not [item for item in items if asked in item["subject"]["S"] or waiting in item["subject"]["S"]]
    campaigns.run()
    assert (campaigns.contacts(waiting), len(campaigns.contacts(other))) == ([], 1)
    assert campaigns.get(first)["status"] == "finished"
    assert campaigns.counts(second) == {
        "recipients": 2,
        "started": 1,
        "asked": 1,
        "skipped": 1,
        "perMinute": 60,
    }

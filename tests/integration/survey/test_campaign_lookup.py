"""``switchboard survey send --lookup``: landlines are found by Twilio Lookup, and are not sent to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from local.platform import Platform
from tests.command import Done, switchboard
from tests.integration.survey.campaigns import ALL_DAY, Campaigns
from tests.integration.survey.talk import new_number

Send = Callable[..., Done]

LANDLINE = "to: is a landline, which does not receive SMS"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.fixture
def send(platform: Platform, campaigns: Campaigns, file: Path) -> Send:
    """Return the command, which sends the file with a lookup."""
    words = ("--survey", campaigns.survey, "--medium", "sms", "--window", ALL_DAY, "--lookup")
    where = ("--local", "--port", str(urlsplit(platform.base_url).port))

    def send(*more: str) -> Done:
        return switchboard("survey", "send", file, *words, *more, *where)

    return send


def _has_line(campaigns: Campaigns, number: str, line_type: str) -> str:
    campaigns.caller.local("PUT", f"/phone/phones/{quote(number)}", {"lineType": line_type})
    return number


def _looked_up(campaigns: Campaigns) -> list[dict[str, Any]]:
    return [one for one in campaigns.caller.twilio_requests() if "lookups.twilio.com" in one["url"]]


def _fails(campaigns: Campaigns, **fault: Any) -> None:
    campaigns.caller.local("POST", "/twilio/faults", {"match": "lookups.twilio.com", **fault})


def _json(done: Done) -> dict[str, Any]:
    assert (done.code, done.err) == (0, ""), done
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_landlines_are_shown_with_their_lines_and_are_not_sent_to(
    campaigns: Campaigns, send: Send, file: Path
) -> None:
    mobile, landline, voip = new_number(), new_number(), new_number()
    _has_line(campaigns, landline, "landline")
    _has_line(campaigns, voip, "nonFixedVoip")
    file.write_text(f"number,name\n{landline},Ada\n12,Nobody\n{mobile},Grace\n{landline},Ada\n{voip},Alan\n")
    tried = send("--dry-run")
    assert (tried.code, tried.err) == (0, "")
    assert tried.out.splitlines() == [
        f"line 2: {landline}: {LANDLINE}",
        "line 3: 12: to: must be a phone number in E.164 form: + and 7 to 15 digits",
        f"line 5: {landline}: {LANDLINE}",
        "2 people are asked, 3 are not.",
        "Twilio Lookup was asked about 3 numbers: 1 are landlines, 0 are of an unknown type and are kept.",
    ]
    assert {one["params"]["Fields"] for one in _looked_up(campaigns)} == {"line_type_intelligence"}
    assert len(_looked_up(campaigns)) == 3
    made = _json(send("--yes", "--json"))
    campaigns.made.append(made["campaignId"])
    assert (made["accepted"], made["rejectedCount"]) == (2, 3)
    assert made["lookup"] == {"asked": 3, "landlines": 1, "unknown": 0}
    campaigns.run()
    assert [len(campaigns.contacts(number)) for number in (mobile, voip, landline)] == [1, 1, 0]
    s3 = campaigns.platform.aws.client("s3")
    left = s3.list_objects_v2(Bucket=campaigns.platform.bucket, Prefix="campaigns/uploads/")
    assert left["KeyCount"] == 0


def test_a_list_of_landlines_without_names_is_sent_to_nobody(
    campaigns: Campaigns, send: Send, file: Path
) -> None:
    numbers = [_has_line(campaigns, new_number(), "landline") for _ in range(2)]
    file.write_text("".join(f"{number};en-US\n" for number in numbers))
    done = send("--yes")
    assert (done.code, done.err) == (1, "Nobody is left to be asked.\n")
    assert [line.partition(":")[0] for line in done.out.splitlines()[:2]] == ["line 1", "line 2"]


def test_numbers_that_lookup_does_not_know_are_counted_and_kept(
    campaigns: Campaigns, send: Send, file: Path
) -> None:
    unknown, canadian = _has_line(campaigns, new_number(), "unknown"), f"+1613555{new_number()[-4:]}"
    file.write_text(f"{new_number()}\n{unknown}\n{canadian}\n+1202555\n")
    found = _json(send("--dry-run", "--json"))
    assert (found["accepted"], found["rejected"]) == (4, [])
    assert found["lookup"] == {"asked": 4, "landlines": 0, "unknown": 3}


@pytest.mark.parametrize("fault", [{"status": 404, "times": 1}, {"status": 400, "times": 1}])
def test_a_number_that_lookup_refuses_is_kept(
    campaigns: Campaigns, send: Send, file: Path, fault: dict[str, int]
) -> None:
    file.write_text(f"{_has_line(campaigns, new_number(), 'landline')}\n{new_number()}\n")
    _fails(campaigns, **fault)
    found = _json(send("--dry-run", "--json"))
    assert (found["accepted"], found["warnings"]) == (2, [])
    assert found["lookup"] == {"asked": 2, "landlines": 0, "unknown": 1}


@pytest.mark.parametrize(
    "fault", [{"status": 429, "times": 3}, {"status": 503, "times": 3}, {"status": 0, "times": 1}]
)
def test_lookup_is_asked_again_after_an_error_that_passes(
    campaigns: Campaigns, send: Send, file: Path, fault: dict[str, int]
) -> None:
    file.write_text(f"{_has_line(campaigns, new_number(), 'landline')}\n{new_number()}\n")
    _fails(campaigns, **fault)
    found = _json(send("--dry-run", "--json"))
    assert (found["accepted"], [one["line"] for one in found["rejected"]]) == (1, [1])


def test_lookup_is_asked_again_after_a_timeout(
    campaigns: Campaigns, send: Send, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.twilio.http_client.TIMEOUT_SECONDS", 0.3)
    file.write_text(f"{_has_line(campaigns, new_number(), 'landline')}\n{new_number()}\n")
    _fails(campaigns, status=200, times=1, delaySeconds=1.5)
    found = _json(send("--dry-run", "--json"))
    assert (found["accepted"], [one["line"] for one in found["rejected"]]) == (1, [1])


def test_lookup_that_always_fails_is_given_up_and_everybody_is_kept(
    campaigns: Campaigns, send: Send, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("switchboard.twilio.http_client.TRIES", 1)
    file.write_text("".join(f"{new_number()}\n" for _ in range(60)))
    _fails(campaigns, status=429, times=1000)
    found = _json(send("--dry-run", "--json"))
    assert (found["accepted"], found["lookup"]["unknown"]) == (60, 60)
    assert 24 <= found["lookup"]["asked"] < 32
    assert found["warnings"] == ["Twilio Lookup failed for 24 numbers in a row. The rest is not looked up."]


@pytest.mark.parametrize("fault", [{"status": 401, "code": 20003}, {"status": 403, "code": 60606}])
def test_an_account_that_may_not_use_lookup_sends_nothing(
    campaigns: Campaigns, send: Send, file: Path, fault: dict[str, int]
) -> None:
    file.write_text(f"{new_number()}\n{new_number()}\n")
    _fails(campaigns, **fault, times=1000)
    done = send("--yes")
    assert done.code == 1
    assert done.err.startswith("Twilio Lookup refuses this account: ")
    assert done.err.count("\n") == 1
    assert len({one["url"] for one in _looked_up(campaigns)}) == 1


def test_lookup_is_for_sms_and_is_not_asked_unless_it_is_wanted(
    campaigns: Campaigns, send: Send, file: Path
) -> None:
    number = _has_line(campaigns, new_number(), "landline")
    file.write_text(f"{number}\n")
    refused = send("--medium", "voice")
    assert refused.code != 0
    assert "--lookup is for --medium sms only" in refused.err
    port = str(urlsplit(campaigns.platform.base_url).port)
    words = (
        "--survey",
        campaigns.survey,
        "--medium",
        "sms",
        "--dry-run",
        "--json",
        "--local",
        "--port",
        port,
    )
    found = _json(switchboard("survey", "send", file, *words))
    assert (found["accepted"], "lookup" in found) == (1, False)
    assert _looked_up(campaigns) == []

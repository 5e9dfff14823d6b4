"""The page Surveys in a real browser: answers, an opened export, a campaign, hostile answers, speed."""

import csv
import io
import json
import time
from pathlib import Path

import pytest

from local.platform import Platform
from tests.browser.watched_page import WatchedPage
from tests.data.surveys import MINIMAL_CONFIG, MINIMAL_PROMPTS
from tests.integration.survey.talk import Respondent, new_number, upload
from tests.support import Caller
from tests.survey_results import lifelike, write

ROOT = Path(__file__).resolve().parents[2]
RESULTS = 10_000
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>"
    "\N{RIGHT-TO-LEFT OVERRIDE}{{constructor.constructor('alert(4)')()}}`${alert(5)}` =cmd()|' /C calc'!A0 "
    "مرحبا بالعالم " + "A" * 1400
)


@pytest.fixture
def survey(platform: Platform) -> str:
    """The name of a survey that no other test has results in."""
    name = f"browser-{new_number()[1:]}"
    upload(platform, name, MINIMAL_CONFIG, en_US=MINIMAL_PROMPTS)
    return name


def clinic(platform: Platform, name: str) -> str:
    """Upload the survey in config-files under a name that pictures may show."""
    files = ROOT / "config-files"
    prompts = {
        language: (files / "voice-prompts" / f"survey-{language.replace('_', '-')}.env").read_bytes()
        for language in ("en_US", "es_MX")
    }
    upload(platform, name, (files / "survey-config.json").read_bytes(), **prompts)
    return name


def find(page: WatchedPage, words: str) -> None:
    page.page.get_by_label("Number, CallSid or result file").fill(words)
    page.page.keyboard.press("Enter")


def answers(platform: Platform, caller: Caller, survey: str, comment: str) -> Respondent:
    person = Respondent(platform, caller, survey=survey)
    for body in ("hi", "go", "4", comment):
        person.texts(body)
    assert person.result("COMPLETED")
    assert platform.wait_until_idle(60)
    return person


def test_a_survey_by_text_shows_up_completed_and_its_export_is_opened(
    page: WatchedPage, platform: Platform, caller: Caller, survey: str
) -> None:
    person = answers(platform, caller, survey, "Parking near the entrance")
    page.open(f"/surveys?survey={survey}")
    page.page.get_by_text("completed, 100%").wait_for()
    page.page.get_by_placeholder("Search for words").fill("ENTRANCE")
    page.page.get_by_text("Answers: 1 of 1").wait_for()
    for format_name in ("CSV", "JSON lines"):
        page.page.get_by_role("button", name="Export").click()
        with page.page.expect_download() as downloading:
            page.page.get_by_role("menuitem", name=format_name).click()
        content = Path(downloading.value.path()).read_text(encoding="utf-8")
        if format_name == "CSV":
            (row,) = csv.DictReader(io.StringIO(content))
            assert (row["surveyTo"], row["surveyStatus"]) == (person.number[1:], "COMPLETED")
            assert "Parking near the entrance" in row.values()
        else:
            assert json.loads(content)["surveyTo"] == person.number[1:]
    find(page, person.number)
    page.page.get_by_role("heading", name=f"Talk with {person.number}").wait_for()
    page.page.get_by_label("Talk", exact=True).get_by_text("Parking near the entrance").wait_for()
    page.page.wait_for_function("!document.querySelector('.q-notification')")
    page.check("survey-talk")


def test_a_campaign_is_sent_from_a_file_paused_and_resumed(
    page: WatchedPage, platform: Platform, survey: str
) -> None:
    numbers = [new_number() for _ in range(3)]
    page.open(f"/surveys?survey={survey}")
    page.page.get_by_role("button", name="New campaign").click()
    content = "\n".join(["number", *numbers, "12"]).encode()
    with page.page.expect_file_chooser() as choosing:
        page.page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files({"name": "people.csv", "mimeType": "text/csv", "buffer": content})
    page.page.get_by_text("Chosen: people.csv").wait_for()
    page.page.get_by_label("Hours of each number's own day").fill("9")
    page.page.get_by_role("button", name="Try it out").click()
    page.page.get_by_text("must be a part of the day").wait_for()
    page.page.get_by_label("Hours of each number's own day").fill("00:00-24:00")
    page.page.get_by_role("button", name="Try it out").click()
    page.page.get_by_text("To be asked: 3. Left out: 1.").wait_for()
    page.check("survey-campaign")
    page.page.set_viewport_size({"width": 1400, "height": 900})
    page.page.get_by_role("button", name="Send to 3 people").click()
    page.page.get_by_role("button", name="Pause").click()
    page.page.get_by_text("The campaign is paused.").wait_for()
    page.page.get_by_role("button", name="Resume").click()
    page.page.get_by_text("The campaign is running.").wait_for()
    page.page.get_by_text("3 recipients").wait_for()
    with page.page.expect_download() as downloading:
        page.page.get_by_role("button", name="Recipients").click()
    rows = list(csv.DictReader(io.StringIO(Path(downloading.value.path()).read_text(encoding="utf-8"))))
    assert [row["number"] for row in rows] == numbers
    assert platform.wait_until_idle(60)


def test_a_start_says_at_the_field_what_is_wrong(page: WatchedPage, platform: Platform, survey: str) -> None:
    number = new_number()
    page.open(f"/surveys?survey={survey}")
    page.page.get_by_role("button", name="Start a survey").click()
    page.page.get_by_label("Number, such as").fill("12")
    page.page.get_by_role("button", name="Start", exact=True).click()
    page.page.get_by_text("must be").wait_for()
    page.check("survey-start")
    page.page.get_by_label("Number, such as").fill(number)
    page.page.get_by_role("button", name="Start", exact=True).click()
    page.page.get_by_text("Started: SM").wait_for()
    sent = [one for one in platform.stand_in.texts.messages.values() if one.to == number]
    assert len(sent) == 1


def test_hostile_answers_run_no_script_and_break_nothing(
    page: WatchedPage, platform: Platform, caller: Caller, survey: str
) -> None:
    person = answers(platform, caller, survey, HOSTILE)
    page.open(f"/surveys?survey={survey}")
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.check("hostile-surveys")
    find(page, HOSTILE)
    page.page.get_by_text("7 to 15 digits").wait_for()
    find(page, person.number)
    page.page.get_by_role("heading", name="Talk with").wait_for()
    page.check("hostile-survey-talk")


def test_ten_thousand_results_are_shown_once_they_are_counted(
    page: WatchedPage, platform: Platform, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    survey, now = clinic(platform, "riverside-clinic"), int(platform.clock.now() * 1000)
    write(platform, survey, lifelike(RESULTS, now), now)
    people = [{"to": new_number()} for _ in range(40)]
    request = {"medium": "sms", "window": "00:00-24:00", "perMinute": 25, "recipients": people}
    assert caller.key_post(f"/surveys/{survey}/campaigns", request, as_json=True).status == 202
    caller.local("POST", "/schedules/SurveySendCampaigns")
    assert platform.wait_until_idle(60)
    page.page.set_default_timeout(120_000)  # the first time they are counted, and a machine may be busy
    for attempt in ("first", "again"):
        began = time.monotonic()
        page.open(f"/surveys?survey={survey}")
        page.page.get_by_text("median of the completed").wait_for()
        with capsys.disabled():
            print(f"{RESULTS:,} results, {attempt}: {time.monotonic() - began:.1f} s")
    page.page.get_by_text("Read up to 10,000").wait_for()
    page.check("surveys")

"""The page Survey files in a real browser: an edited question is heard, and hostile texts run nothing."""

import json
import time

import pytest

from local.platform import Platform
from tests.browser.watched_page import WatchedPage
from tests.data.surveys import CONFIG, ENGLISH, SPANISH
from tests.integration.survey.talk import Respondent, new_number, upload
from tests.support import Caller

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre><svg onload=alert(3)>"
    "\N{RIGHT-TO-LEFT OVERRIDE}{{constructor.constructor('alert(4)')()}}`${alert(5)}` " + "A" * 1400
)
NAME = "<img src=x onerror=alert(6)>"


@pytest.fixture
def survey(platform: Platform) -> str:
    """The id of a survey that no other test edits."""
    name = f"browser-{new_number()[1:]}"
    upload(platform, name, CONFIG, en_US=ENGLISH, es_MX=SPANISH)
    return name


def open_file(page: WatchedPage, survey: str, button: str, name: str) -> None:
    """Open a file of a survey, and put the cursor at its end."""
    page.open(f"/surveys/files?survey={survey}")
    page.page.get_by_text("On the phone").wait_for()
    page.page.get_by_role("button", name=button, exact=True).click()
    page.page.get_by_role("textbox", name=f"surveys/{survey}/{name}").click()
    page.page.keyboard.press("Control+End")


def test_an_edited_question_is_heard(
    page: WatchedPage, platform: Platform, caller: Caller, survey: str
) -> None:
    prompts = "voice-prompts/survey-en-US.env"
    open_file(page, survey, "en-US", prompts)
    page.page.keyboard.type("questionRate=How did you like it?\n")
    page.page.get_by_text("stands on line 17 already; this one counts").wait_for()
    page.page.get_by_role("button", name="questionRate").click()
    page.page.get_by_text("How did you like it?").first.wait_for()
    page.page.get_by_role("button", name="en-US (edited)").click()
    page.page.get_by_role("button", name="Save …").click()
    page.page.get_by_text("check-config: 1 warning.").wait_for()
    page.page.get_by_role("button", name="Save", exact=True).click()
    page.page.get_by_text("saved. Calls and texts follow it at once.").wait_for()
    person = Respondent(platform, caller, survey=survey)
    assert person.presses(person.calls(), "1").says[-1] == "How did you like it?"
    person = Respondent(platform, caller, survey=survey)
    person.texts("Hello")
    assert person.texts("go").endswith("How did you like it?")


def test_errors_stand_at_their_lines_and_keep_a_file_from_being_saved(page: WatchedPage, survey: str) -> None:
    open_file(page, survey, "Questions", "survey-config.json")
    page.page.keyboard.press("Control+Home")
    page.page.keyboard.type("x")
    page.page.locator(".cm-line.has-error").wait_for()
    page.page.get_by_role("button", name="Save …").click()
    page.page.get_by_text("so nothing is saved").wait_for()
    assert page.page.get_by_role("button", name="Save", exact=True).is_disabled()
    page.page.wait_for_function("!document.querySelector('[class*=-enter-active]')")
    page.check("survey-files-errors")


def test_the_editor_lets_the_keyboard_out(page: WatchedPage, survey: str) -> None:
    open_file(page, survey, "Questions", "survey-config.json")
    for key in ("Tab", "Shift+Tab", "Shift+Tab"):
        page.page.keyboard.press(key)
    assert page.page.evaluate("!document.activeElement.closest('.cm-editor')")
    assert page.page.get_by_text("changes are not saved").count() == 0


def test_another_operators_change_is_shown_and_put_into_the_text(
    page: WatchedPage, platform: Platform, survey: str
) -> None:
    open_file(page, survey, "en-US", "voice-prompts/survey-en-US.env")
    page.page.keyboard.type("# mine\n")
    page.page.get_by_text("changes are not saved").wait_for()
    upload(platform, survey, None, en_US=ENGLISH.replace("Why?", "Why not?"))
    page.page.get_by_role("button", name="Save …").click()
    page.page.get_by_role("button", name="Save", exact=True).click()
    page.page.get_by_text("Their change", exact=True).click()
    page.page.get_by_text("+questionWhy=Why not?").wait_for()
    page.check("survey-files-conflict")
    page.page.get_by_role("button", name="Put their change into mine").click()
    page.page.get_by_text("# mine").wait_for()
    page.page.get_by_text("questionWhy=Why not?").wait_for()


def test_an_id_that_is_taken_is_refused_at_its_field(page: WatchedPage, survey: str) -> None:
    page.open(f"/surveys/files?survey={survey}")
    page.page.get_by_role("button", name="New survey").click()
    page.page.get_by_label("Id of the new survey").fill("follow-up")
    page.page.keyboard.press("Enter")
    page.page.get_by_text("is taken already").wait_for()
    page.page.wait_for_function("!document.querySelector('[class*=-enter-active]')")
    page.check("survey-files-new")


def test_a_survey_with_branches_is_drawn_and_said(page: WatchedPage) -> None:
    page.open("/surveys/files?survey=follow-up")
    page.page.get_by_text("questionReason = elsewhere · goodbyeElsewhere → the end").wait_for()
    page.page.get_by_role("img", name="The ways through the survey").wait_for()
    page.page.get_by_text("TwiML of the call").click()
    page.page.get_by_role("region", name="TwiML of the call").wait_for()
    page.page.get_by_text("TwiML of the call").click()
    page.page.get_by_text("saved 20").wait_for()
    page.check("survey-files")


def test_hostile_texts_run_nothing(page: WatchedPage, platform: Platform, survey: str) -> None:
    config = json.loads(CONFIG)
    config["questions"][1]["choices"] = ["<script>alert(7)</script>", "no"]
    config["questions"][0]["goTo"] = [
        {"if": {"question": "questionRate", "equals": 1}, "to": "end", "goodbye": "<svg/onload>"}
    ]
    texts = (
        ENGLISH.replace("How was it?", HOSTILE).replace("voice=", f"voice={HOSTILE}")
        + f"<svg/onload>={HOSTILE}\n"
    )
    upload(platform, survey, json.dumps(config).encode(), en_US=texts)
    client = platform.aws.client("s3")
    key = f"surveys/{survey}/voice-prompts/survey-{NAME}.env"
    client.put_object(Bucket=platform.bucket, Key=key, Body=texts.encode())
    page.open(f"/surveys/files?survey={survey}")
    page.page.get_by_text("is not a language code").wait_for()
    page.page.get_by_role("button", name="questionRate", exact=True).click()
    page.page.get_by_role("button", name=NAME).first.click()
    page.page.get_by_role("textbox", name=key).click()
    page.page.keyboard.press("Control+Home")
    page.page.keyboard.type("# mine\n")
    page.page.get_by_text("changes are not saved").wait_for()
    page.check("hostile-survey-files")


def test_a_survey_among_ten_thousand_is_open_at_once(page: WatchedPage, platform: Platform) -> None:
    """Measured and printed: the list is one request for each thousand surveys, the files a few more."""
    config = {"questions": [{"questionName": f"question{n}", "questionType": "speech"} for n in range(200)]}
    prompts = ENGLISH + "".join(f"question{n}=Question {n}, please?\n" for n in range(200))
    upload(platform, "large", json.dumps(config, indent=1).encode(), en_US=prompts)
    client = platform.aws.client("s3")
    for number in range(1_000):
        client.put_object(Bucket=platform.bucket, Key=f"surveys/many-{number}/survey-config.json", Body=b"{}")
    began = time.monotonic()
    page.open("/surveys/files?survey=large")
    page.page.get_by_text("On the phone").wait_for()
    page.page.get_by_role("button", name="question19", exact=True).wait_for()
    print(f"\na survey of 200 questions among 1,000 surveys is open after {time.monotonic() - began:.2f} s")
    for number in range(1_000):
        client.delete_object(Bucket=platform.bucket, Key=f"surveys/many-{number}/survey-config.json")

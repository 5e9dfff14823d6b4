"""The page Try it in a real browser: a survey by text and by call, and what that makes happen."""

import pytest

from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_a_survey_by_text_is_answered_and_followed_to_the_result(page: WatchedPage) -> None:
    page.open("/try")
    messages = page.page.get_by_role("log", name="Messages")
    field = page.page.get_by_role("textbox", name="Message", exact=True)
    for words, reply in (
        ("Hello", "Reply GO to begin"),
        ("Go", "First question"),
        ("5", "Second question"),
        ("4", "Last question"),
        ("Everything was fine", "Thank you for your time"),
    ):
        field.fill(words)
        page.page.keyboard.press("Enter")
        messages.get_by_text(reply).wait_for()
    happened = page.page.get_by_role("region", name="What happens")
    happened.get_by_text("survey.completed").first.wait_for()
    happened.get_by_text("SurveyWriteResult").first.wait_for()
    page.check("try-it")


def test_a_survey_by_call_is_taken_with_the_dial_pad_and_speech(page: WatchedPage) -> None:
    page.open("/try")
    call = page.page.get_by_role("log", name="Call")
    page.page.get_by_role("button", name="Call", exact=True).click()
    call.get_by_text("We have three short questions").wait_for()
    page.page.get_by_text("The app waits for").wait_for()
    page.page.get_by_role("button", name="Stay silent").click()
    call.get_by_text("First question").wait_for()
    page.page.get_by_role("group", name="Dial pad").get_by_role("button", name="4").click()
    call.get_by_text("Second question").wait_for()
    page.check("try-it-call")
    page.page.get_by_role("textbox", name="Speech").fill("five")
    page.page.keyboard.press("Enter")
    call.get_by_text("Last question").wait_for()
    page.page.get_by_role("button", name="Hang up").click()
    call.get_by_text("the call has ended").wait_for()


def test_hostile_words_run_no_script_and_break_nothing(page: WatchedPage) -> None:
    page.open("/try")
    page.page.get_by_role("textbox", name="Message", exact=True).fill(HOSTILE)
    page.page.keyboard.press("Enter")
    page.page.get_by_role("log", name="Messages").get_by_text("<script>alert(1)</script>").wait_for()
    page.page.locator("summary").first.click()
    page.check("hostile-try-it")

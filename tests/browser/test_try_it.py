"""The page Try it in a real browser: a survey by text and by call, and what that makes happen."""

import re
from typing import TYPE_CHECKING

from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def new_phone(page: WatchedPage) -> "Locator":
    """Open the page, take a phone that nobody has used, and put the others away."""
    page.open("/try")
    phones = page.page.get_by_role("region", name=re.compile("^Phone"))
    phones.first.wait_for()
    before = phones.count()
    page.page.get_by_role("button", name="Another phone").click()
    phones.nth(before).wait_for()
    for _ in range(before):
        number = phones.first.get_by_role("heading").first.inner_text()
        phones.first.get_by_role("button", name="Put away").click()
        page.page.get_by_role("region", name=number).wait_for(state="detached")
    return phones.first


def test_a_survey_by_text_is_answered_and_each_line_leads_to_what_it_caused(page: WatchedPage) -> None:
    phone = new_phone(page)
    messages = phone.get_by_role("log", name="Messages")
    field = phone.get_by_role("textbox", name="Message", exact=True)
    for words, reply in (
        ("Hello", "Reply GO to begin"),
        ("Go", "First question"),
        ("5", "Would you recommend us"),
        ("Yes", "What is the one thing"),
        ("Shorter waits", "Thank you for your time"),
    ):
        field.fill(words)
        page.page.keyboard.press("Enter")
        messages.get_by_text(reply).last.wait_for()
    happened = page.page.get_by_role("region", name="What happens")
    happened.get_by_text("survey.completed").first.wait_for()
    messages.get_by_role("button", name="What it caused").first.click()
    page.page.locator(".tree.shown").get_by_text("survey.started").wait_for()
    page.check("try-it")


def test_a_change_shows_the_item_that_it_left(page: WatchedPage) -> None:
    phone = new_phone(page)
    phone.get_by_role("textbox", name="Message", exact=True).fill("Hello")
    page.page.keyboard.press("Enter")
    page.page.locator("summary", has_text="survey-results/").first.click()
    page.page.get_by_role("region", name="As it is now").get_by_text("surveyStatus").wait_for()
    page.check("try-it-content")


def test_a_survey_by_call_is_taken_with_the_dial_pad_and_speech(page: WatchedPage) -> None:
    phone = new_phone(page)
    call = phone.get_by_role("log", name="Call")
    phone.get_by_role("button", name="Call", exact=True).click()
    call.get_by_text("We have three short questions").wait_for()
    phone.get_by_text("The app waits for").wait_for()
    phone.get_by_role("button", name="Stay silent").click()
    call.get_by_text("First question").wait_for()
    phone.get_by_role("group", name="Dial pad").get_by_role("button", name="4").click()
    call.get_by_text("Would you recommend us").wait_for()
    page.check("try-it-call")
    phone.get_by_role("textbox", name="Speech").fill("yes")
    page.page.keyboard.press("Enter")
    call.get_by_text("What is the one thing").wait_for()
    phone.get_by_role("button", name="Hang up").click()
    call.get_by_text("the call has ended").wait_for()


def test_what_the_app_says_is_read_aloud_in_its_language_where_that_is_switched_on(page: WatchedPage) -> None:
    page.page.add_init_script(
        "window.spoken = []; speechSynthesis.speak = (said) => spoken.push([said.text, said.lang]);"
    )
    phone = new_phone(page)
    call = phone.get_by_role("log", name="Call")
    phone.get_by_role("button", name="Call", exact=True).click()
    call.get_by_text("We have three short questions").wait_for()
    assert page.page.evaluate("spoken") == []
    phone.get_by_role("switch", name="Read aloud").click()
    phone.get_by_role("button", name="Stay silent").click()
    page.page.wait_for_function("spoken.some(([words]) => words.includes('First question'))")
    assert {language for _, language in page.page.evaluate("spoken")} == {"en-US"}
    phone.get_by_role("button", name="Hang up").click()
    call.get_by_text("the call has ended").wait_for()


def test_an_agent_takes_a_caller_from_the_queue(page: WatchedPage) -> None:
    new_phone(page)
    page.page.get_by_role("button", name="A caller in the queue").click()
    page.page.get_by_text("Please wait while we direct your call").first.wait_for()
    available = page.page.get_by_role("switch", name="Available")
    available.click()
    page.page.get_by_role("button", name="Accept").wait_for()
    page.check("try-it-agent")
    page.page.get_by_role("button", name="Accept").click()
    page.page.get_by_text("out of the queue: bridged").wait_for()
    page.page.get_by_role("button", name="Complete").click()
    page.page.get_by_text("No task waits.").wait_for()
    available.click()


def test_hostile_words_run_no_script_and_break_nothing(page: WatchedPage) -> None:
    phone = new_phone(page)
    phone.get_by_role("textbox", name="Message", exact=True).fill(HOSTILE)
    page.page.keyboard.press("Enter")
    phone.get_by_role("log", name="Messages").get_by_text("<script>alert(1)</script>").wait_for()
    page.page.locator("summary").first.click()
    page.check("hostile-try-it")

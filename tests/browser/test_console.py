"""The console's pages in a real browser: what they do, for everybody, and that data runs no script."""

import json
from typing import Any

import pytest

from local.platform import Platform
from tests.browser.watched_page import WatchedPage
from tests.support import Caller

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre><svg onload=alert(3)>"
    "\N{RIGHT-TO-LEFT OVERRIDE}{{constructor.constructor('alert(4)')()}}`${alert(5)}` " + "A" * 1400
)


def send_letter(platform: Platform, words: str) -> None:
    """Put a letter into the dead-letter queue whose every part is hostile."""
    client = platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=platform.resource_name("DeadLetters"))["QueueUrl"]
    body: dict[str, Any] = {
        "requestContext": {"functionArn": words, "condition": words, "approximateInvokeCount": 3},
        "requestPayload": {"detail-type": words, "detail": {"x": words}},
        "responsePayload": {"errorType": words, "errorMessage": words},
    }
    client.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def test_a_text_message_is_answered_and_followed_to_the_result(page: WatchedPage) -> None:
    page.open("/try")
    page.page.get_by_placeholder("Text the app").fill("Hello")
    page.page.keyboard.press("Enter")
    page.page.get_by_text("Reply GO to begin").wait_for()
    page.page.get_by_text("SurveyWriteResult").first.wait_for()
    page.check("try-it")


def test_a_call_is_taken_by_the_dial_pad(page: WatchedPage) -> None:
    page.open("/try")
    page.page.get_by_role("button", name="Call", exact=True).click()
    page.page.get_by_text("We have three short questions").wait_for()
    page.page.get_by_text("The app waits for").wait_for()
    page.check("call")
    page.page.get_by_role("button", name="Hang up").click()
    page.page.get_by_text("the call has ended").wait_for()


def test_a_dead_letter_is_read_and_resent(page: WatchedPage, platform: Platform, caller: Caller) -> None:
    caller.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 403, "times": 3})
    caller.local("POST", "/phone/texts", {"from": "+12025550161", "to": "+12025550100", "body": "hello"})
    assert platform.wait_until_idle(60)
    caller.local("DELETE", "/aws/faults")
    page.open("/health")
    page.page.get_by_role("heading", name="SurveyWriteResult").wait_for()
    page.check("health")
    page.page.get_by_role("button", name="Resend all").click()
    page.page.get_by_text("No dead letters").wait_for()


def test_hostile_data_runs_no_script_and_breaks_nothing(page: WatchedPage, platform: Platform) -> None:
    send_letter(platform, HOSTILE)
    page.open("/health")
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.page.get_by_role("button", name="Content").first.click()
    page.page.get_by_role("heading", name="Dead letter").wait_for()
    page.check("hostile-health")
    page.open("/try")
    page.page.get_by_placeholder("Text the app").fill(HOSTILE)
    page.page.keyboard.press("Enter")
    page.page.locator("summary").first.click()
    page.check("hostile-try-it")

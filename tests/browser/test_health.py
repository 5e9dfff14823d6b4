"""The page Health in a real browser: dead letters are read and resent, and their data runs no script."""

import json
from typing import Any

from local.platform import Platform
from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage
from tests.support import Caller


def send_letter(platform: Platform, words: str) -> None:
    """Put a letter into the dead-letter queue whose every part has these words."""
    client = platform.aws.client("sqs")
    url = client.get_queue_url(QueueName=platform.resource_name("DeadLetters"))["QueueUrl"]
    body: dict[str, Any] = {
        "requestContext": {"functionArn": words, "condition": words, "approximateInvokeCount": 3},
        "requestPayload": {"detail-type": words, "detail": {"x": words}},
        "responsePayload": {"errorType": words, "errorMessage": words},
    }
    client.send_message(QueueUrl=url, MessageBody=json.dumps(body))


def test_a_dead_letter_is_read_and_resent(page: WatchedPage, platform: Platform, caller: Caller) -> None:
    caller.local("POST", "/aws/faults", {"match": "s3.PutObject", "status": 403, "times": 3})
    caller.local("POST", "/phone/texts", {"from": "+12025550161", "to": "+12025550100", "body": "hello"})
    assert platform.wait_until_idle(60)
    caller.local("DELETE", "/aws/faults")
    page.open("/health")
    page.page.get_by_role("button", name="Look up Dead letters again").click()
    page.page.get_by_role("heading", name="SurveyWriteResult").wait_for()
    page.check("health")
    page.page.get_by_role("button", name="Resend all").click()
    page.page.get_by_text("No dead letters").wait_for()


def test_hostile_data_runs_no_script_and_breaks_nothing(page: WatchedPage, platform: Platform) -> None:
    send_letter(platform, HOSTILE)
    page.open("/health")
    page.page.get_by_role("button", name="Look up Dead letters again").click()
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.page.get_by_role("button", name="Content").first.click()
    page.page.get_by_role("dialog").get_by_role("heading", name="Dead letter").wait_for()
    page.check("hostile-health")
    page.page.get_by_role("button", name="Close").click()
    page.page.get_by_role("button", name="Drop").first.click()
    page.page.get_by_role("button", name="Delete").click()
    page.page.get_by_text("No dead letters").wait_for()

"""The page Conversations in a real browser: from an agent's message to the clean-up."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.platform import Platform
from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage
from tests.integration.channel_cleanup.channels import Channels
from tests.integration.outbound_message.customers import SMS, TASK, Customer
from tests.support import Caller, empty_table

DAY = 86_400
MANY = 6000


@pytest.fixture
def channels(platform: Platform, caller: Caller) -> Iterator[Channels]:
    """The channels, of which there are none."""
    clear(platform)
    yield Channels(platform, caller)
    caller.local("DELETE", "/twilio/faults")
    clear(platform)


def clear(platform: Platform) -> None:
    router = platform.stand_in.taskrouter
    for task in router.tasks():
        router.delete(task)
    assert platform.wait_until_idle(60)
    for table in ("Channels", "OutboundRequests"):
        empty_table(platform, platform.resource_name(table))


def test_an_agents_conversation_has_a_due_time_and_is_gone_after_the_cleanup(
    page: WatchedPage, channels: Channels, platform: Platform, caller: Caller
) -> None:
    customer, answered, failing = (Customer(platform, caller) for _ in range(3))
    fields = customer.fields(toName="Grace Hopper", messageBody="Your order is on its way.")
    answer = caller.flex_post(SMS, fields, "agent")
    assert answer.status == 200, answer.text
    platform.advance(7200)
    fields = answered.fields(toName="Alan Turing", initialNotificationMessage="How can we help?")
    assert caller.flex_post(TASK, fields, "agent").status == 200
    caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 200, "delaySeconds": 6})
    assert failing.post(SMS, messageBody="Hello").status == 503
    assert platform.wait_until_idle(60)
    page.open("/conversations")
    page.page.get_by_role("heading", name=customer.number).wait_for()
    page.page.get_by_text("due in 1 d").first.wait_for()
    page.page.get_by_text("Its task waits for an agent").first.wait_for()
    page.check("conversations")
    page.page.get_by_role("button", name="Details " + answer.json()["conversationSid"]).click()
    page.page.get_by_text("Your order is on its way.").wait_for()
    page.check("conversations-details")
    page.page.keyboard.press("Escape")
    channels.pass_time(3 * DAY)
    assert platform.wait_until_idle(60)
    page.page.set_viewport_size({"width": 1400, "height": 900})
    page.page.get_by_role("button", name="Look up Waiting for the clean-up again").click()
    page.page.get_by_role("heading", name=customer.number).wait_for(state="detached")


def test_what_is_due_is_released_after_a_question(page: WatchedPage, channels: Channels) -> None:
    sid = channels.conversation()
    channels.finish_task(sid, channels.now() - 3 * DAY)
    page.open("/conversations")
    page.page.get_by_role("button", name="Run the clean-up now").click()
    page.page.get_by_role("heading", name="Run the clean-up now?").wait_for()
    page.check("conversations-run")
    page.page.get_by_role("button", name="Run it").click()
    page.page.get_by_text("No conversation waits to be closed").wait_for()
    page.check("conversations-empty")
    page.page.get_by_label("Conversation's SID").fill("CH1")
    page.page.keyboard.press("Enter")
    page.page.get_by_text("SID must be CH and 32 hexadecimal digits").wait_for()
    page.page.get_by_label("Conversation's SID").fill(sid)
    page.page.keyboard.press("Enter")
    page.page.get_by_text("It was released.").wait_for()


def test_hostile_conversations_run_no_script_and_break_nothing(
    page: WatchedPage, channels: Channels, platform: Platform, caller: Caller
) -> None:
    customer = Customer(platform, caller)
    sid = customer.get_message(HOSTILE, toName=HOSTILE[:250])["conversationSid"]
    client = platform.aws.client("dynamodb")
    for name in (HOSTILE, f"CH{5:032x}"):
        row = {**idle(5, 5000), "conversationSid": {"S": name}, "lastEvent": {"S": HOSTILE}}
        client.put_item(TableName=channels.table, Item=row)
    assert platform.wait_until_idle(60)
    page.open("/conversations")
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.check("hostile-conversations")
    page.page.get_by_role("button", name=f"Details {sid}").click()
    page.page.get_by_role("heading", name="Latest messages").wait_for()
    page.check("hostile-conversation")


def test_thousands_of_conversations_are_shown_fast(page: WatchedPage, channels: Channels) -> None:
    client = channels.platform.aws.client("dynamodb")
    now = int(channels.now() * 1000)
    for start in range(0, MANY, 25):
        puts = [{"PutRequest": {"Item": idle(number, now)}} for number in range(start, start + 25)]
        client.batch_write_item(RequestItems={channels.table: puts})
    page.open("/health")
    began = time.monotonic()
    page.open("/conversations")
    page.page.get_by_text(f"CH{0:032x}").wait_for()
    print(f"{MANY:,} conversations after {time.monotonic() - began:.2f} s")
    page.page.get_by_text("there are more").wait_for()


def idle(number: int, now: int) -> dict[str, Any]:
    """Return the row of a conversation that has been idle for a day."""
    at = str(now - DAY * 1000 + number)
    return {
        "conversationSid": {"S": f"CH{number:032x}"},
        "stamp": {"S": f"{at}.0"},
        "lastEvent": {"S": "conversation.started"},
        "lastEventAt": {"N": at},
        "dueShard": {"S": "due"},
        "idleSince": {"N": at},
    }

"""The page Conversations: when each is due, why it is open, and what is half done."""

from collections.abc import Iterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from console.context import Console
from local.platform import Platform
from tests.integration.channel_cleanup.channels import Channels
from tests.integration.console.conftest import Visit
from tests.integration.outbound_message.customers import SMS, Customer
from tests.support import Caller, empty_table

PATIENCE = 1000
DAY = 86_400
HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` " + "A" * 300


@pytest.fixture(autouse=True)
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
    assert platform.wait_until_idle(30)
    for table in ("Channels", "OutboundRequests"):
        empty_table(platform, platform.resource_name(table))


@pytest.fixture
def customer(platform: Platform, caller: Caller) -> Customer:
    return Customer(platform, caller)


async def opened(user: User, words: str) -> None:
    await user.open("/conversations")
    await user.should_see(words, retries=PATIENCE)


async def look_again(user: User, section: str) -> None:
    """Press a section's button that looks it up again."""
    wanted = f"Look up {section} again"
    (found,) = [one for one in user.find(ui.button).elements if one.props.get("aria-label") == wanted]
    found.mark("again")
    user.find(marker="again").click()


def test_without_conversations_each_section_says_so(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user, "No conversation waits to be closed.")
        await user.should_see("No agent is to answer", retries=PATIENCE)
        await user.should_see("Every request for a message was finished", retries=PATIENCE)

    visit(act)


def test_a_started_conversation_is_shown_with_its_due_time_until_the_cleanup_releases_it(
    visit: Visit, customer: Customer, channels: Channels
) -> None:
    sid = customer.get_message()["conversationSid"]
    assert channels.platform.wait_until_idle(30)

    async def act(user: User) -> None:
        await opened(user, f"{customer.number} Ada")
        await user.should_see("It must be quiet for 2 d first.")
        await user.should_see("due in 1 d")
        await user.should_see("an outbound message started it")
        await user.should_not_see("Run the clean-up now")
        channels.pass_time(3 * DAY)
        channels.run()
        assert channels.platform.wait_until_idle(60)
        await look_again(user, "Waiting for the clean-up")
        await user.should_see("No conversation waits to be closed.", retries=PATIENCE)

    visit(act)
    state = channels.state(sid)
    assert state is not None
    assert state[0] == "closed"


def test_the_cleanup_is_run_at_once_after_a_question(visit: Visit, channels: Channels) -> None:
    sid = channels.conversation()
    channels.finish_task(sid, channels.now() - 3 * DAY)

    async def act(user: User) -> None:
        await opened(user, "It is due: the next run of the clean-up releases it.")
        user.find("Run the clean-up now").click()
        await user.should_see("One conversation is due. The clean-up closes them for good")
        user.find("Leave it to its schedule").click()
        await user.should_see("It is due")
        state = channels.state(sid)
        assert state is not None
        assert state[0] == "active"
        user.find("Run the clean-up now").click()
        await user.should_see("Run it")
        user.find("Run it").click()
        await user.should_see("what it releases goes from the list", retries=PATIENCE)

    visit(act)
    assert channels.platform.wait_until_idle(60)
    state = channels.state(sid)
    assert state is not None
    assert state[0] == "closed"


def test_a_conversation_with_an_open_task_says_which(
    visit: Visit, customer: Customer, channels: Channels
) -> None:
    task = customer.get_task()
    channels.platform.wait_until_idle(30)

    async def act(user: User) -> None:
        await opened(user, "Its task waits for an agent.")
        await user.should_see(task["conversationSid"])
        await user.should_see("One conversation")

    visit(act)


def test_a_failed_release_tells_how_often_it_was_tried(visit: Visit, channels: Channels) -> None:
    sid = channels.conversation()
    channels.finish_task(sid, channels.now() - 3 * DAY)
    channels.caller.local("POST", "/twilio/faults", {"match": f"POST \\S+{sid}", "status": 403, "times": 9})
    channels.run()

    async def act(user: User) -> None:
        await opened(user, "Its release was tried 1 of 5 times; the next run tries again.")

    visit(act)


def test_any_conversation_is_found_by_its_sid_with_the_reason_why_it_is_open(
    visit: Visit, customer: Customer, channels: Channels
) -> None:
    sid = channels.conversation()
    started = customer.get_message("Good morning")["conversationSid"]
    channels.platform.wait_until_idle(30)

    async def act(user: User) -> None:
        await opened(user, customer.number)
        (field,) = user.find(ui.input).elements
        field.value = "CH12"
        user.find("Why is it open?").click()
        await user.should_see("SID must be CH and 32 hexadecimal digits")
        field.value = sid
        user.find("Why is it open?").click()
        await user.should_see("No event about a task of it has come", retries=PATIENCE)
        await user.should_see("State at Twilio")
        user.find("Close").click()
        field.value = started
        user.find("Why is it open?").click()
        await user.should_see("Good morning", retries=PATIENCE)
        user.find("Close").click()
        field.value = "CH" + 32 * "9"
        user.find("Why is it open?").click()
        await user.should_see("deleted, or never there", retries=PATIENCE)

    visit(act)


def test_what_twilio_refuses_in_the_details_can_be_tried_again(visit: Visit, channels: Channels) -> None:
    sid = channels.conversation()
    channels.finish_task(sid)
    fault = {"match": f"GET \\S+{sid}", "status": 403, "times": 100}
    channels.caller.local("POST", "/twilio/faults", fault)

    async def act(user: User) -> None:
        await opened(user, sid)
        user.find("Details").click()
        await user.should_see("Twilio refuses", retries=PATIENCE)
        channels.caller.local("DELETE", "/twilio/faults")
        user.find("Try again").click()
        await user.should_see("State at Twilio", retries=PATIENCE)

    visit(act)


def test_a_request_that_is_half_done_is_shown_until_it_is_finished(
    visit: Visit, customer: Customer, channels: Channels
) -> None:
    channels.caller.local("POST", "/twilio/faults", {"match": "/Messages", "status": 200, "delaySeconds": 6})
    assert customer.post(SMS, messageBody="Hello").status == 503
    assert channels.platform.wait_until_idle(30)

    async def act(user: User) -> None:
        await opened(user, "Twilio did not confirm a step.")
        await user.should_see(customer.number)
        channels.pass_time(180)
        assert channels.platform.wait_until_idle(30)
        await look_again(user, "Messages half done")
        await user.should_see("Every request for a message was finished", retries=PATIENCE)

    visit(act)


def test_numbers_names_and_messages_are_masked_until_the_eye_is_pressed(
    visit: Visit, customer: Customer, channels: Channels, console: Console
) -> None:
    customer.get_message("Good morning")
    channels.platform.wait_until_idle(30)
    console.show_numbers = False

    async def act(user: User) -> None:
        await opened(user, f"+***{customer.number[-4:]}")
        user.find("Details").click()
        await user.should_see("Latest messages", retries=PATIENCE)
        for secret in (customer.number, "Ada", "Good morning"):
            await user.should_not_see(secret)

    visit(act)


def test_hostile_data_is_text(visit: Visit, customer: Customer, channels: Channels) -> None:
    answer = customer.post(SMS, messageBody=HOSTILE, toName=HOSTILE[:200])
    assert answer.status == 200, answer.text
    channels.platform.wait_until_idle(30)
    client = channels.platform.aws.client("dynamodb")
    broken = {
        "conversationSid": {"S": HOSTILE},
        "dueShard": {"S": "due"},
        "idleSince": {"N": "5"},
        "lastEventAt": {"S": HOSTILE},
    }
    client.put_item(TableName=channels.table, Item=broken)

    async def act(user: User) -> None:
        await opened(user, "<script>alert(1)</script>")
        await user.should_see(customer.number)
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]
        buttons = sorted(user.find("Details").elements, key=lambda one: one.id)
        buttons[-1].mark("details")
        user.find(marker="details").click()
        await user.should_see("Latest messages", retries=PATIENCE)

    visit(act)


def test_what_aws_refuses_is_said_in_its_section(visit: Visit, console: Console) -> None:
    class Refusing:
        """Stands for DynamoDB where a policy forbids it."""

        def __getattr__(self, operation: str) -> Any:
            from botocore.exceptions import ClientError

            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, operation)

    console.stack._clients["dynamodb"] = Refusing()

    async def act(user: User) -> None:
        await opened(user, "not yours")
        await user.should_see("No agent is to answer", retries=PATIENCE)

    visit(act)


def test_thousands_of_conversations_are_paged_and_what_is_left_out_is_said(
    visit: Visit, channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.data.conversations import boards
    from console.pages.conversations import waiting

    monkeypatch.setattr(boards, "MOST", 100)
    monkeypatch.setattr(waiting, "MOST", 100)
    client = channels.platform.aws.client("dynamodb")
    now = int(channels.now() * 1000)
    for start in range(0, 150, 25):
        puts = [{"PutRequest": {"Item": idle(number, now)}} for number in range(start, start + 25)]
        client.batch_write_item(RequestItems={channels.table: puts})

    async def act(user: User) -> None:
        await opened(user, "The 100 that have been idle for the longest are listed; there are more.")
        await user.should_see(f"CH{0:032x}", retries=PATIENCE)
        await user.should_see(f"CH{24:032x}")
        await user.should_not_see(f"CH{25:032x}")
        (pages,) = user.find(ui.pagination).elements
        pages.value = 4
        await user.should_see(f"CH{99:032x}", retries=PATIENCE)
        await user.should_not_see(f"CH{24:032x}")

    visit(act)


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

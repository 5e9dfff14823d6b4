"""The whole life on the platform: what is released after the quiet time, and what is not."""

from local.template.parameters import FLEX_NUMBER
from tests.integration.channel_cleanup.channels import (
    CONVERSATIONS,
    RELEASED,
    Channels,
    message_event,
    new_sid,
    task_event,
)
from tests.support import eventually

DAY, HOUR = 86_400, 3_600
LATEST = {"Order": "desc", "PageSize": "50"}
CLOSED = {**RELEASED, "customer": "Ada", "nested": {"a": [1]}}


def conversation(channels: Channels) -> str:
    sid = channels.conversation(customer="Ada", nested={"a": [1]}, long_lived=True, status="ACTIVE")
    channels.forget_requests()
    return sid


def released(sid: str) -> list[tuple[str, str, object, int]]:
    return [
        ("GET", f"{CONVERSATIONS}/{sid}", {}, 200),
        ("GET", f"{CONVERSATIONS}/{sid}/Messages?Order=desc&PageSize=50", LATEST, 200),
        ("POST", f"{CONVERSATIONS}/{sid}", {"Attributes": CLOSED, "State": "closed"}, 200),
    ]


def test_a_channel_is_released_after_two_quiet_days_and_only_once(channels: Channels) -> None:
    sid = conversation(channels)
    task = channels.finish_task(sid)
    channels.pass_time(2 * DAY - HOUR)
    channels.run()
    assert channels.requests(sid) == []
    channels.pass_time(HOUR + 60)
    channels.run()
    assert channels.requests(sid) == released(sid)
    row = channels.row(sid)
    assert ("dueShard" in row, "idleSince" in row, row["taskSid"]) == (False, False, task)
    assert row["expiresAt"] > row["releasedAt"] // 1000
    channels.run()
    channels.pass_time(3 * DAY)
    assert channels.requests(sid) == released(sid)
    assert channels.state(sid) == ("closed", CLOSED)


def test_a_channel_with_an_open_task_stays(channels: Channels) -> None:
    sid = conversation(channels)
    channels.finish_task(sid)
    second = new_sid("WT")
    channels.tell(task_event(sid, "task.created", second, channels.now()))
    channels.pass_time(5 * DAY)
    channels.run()
    assert channels.requests(sid) == []
    channels.tell(task_event(sid, "task.canceled", second, channels.now()))
    channels.pass_time(2 * DAY - HOUR)
    assert channels.requests(sid) == []
    channels.pass_time(2 * HOUR)
    assert channels.requests(sid) == released(sid)


def test_two_tasks_at_once_must_both_have_ended(channels: Channels) -> None:
    sid = conversation(channels)
    first = new_sid("WT")
    channels.tell(task_event(sid, "task.created", first, channels.now() - 10))
    channels.finish_task(sid)
    channels.pass_time(3 * DAY)
    channels.run()
    assert channels.requests(sid) == []
    channels.tell(task_event(sid, "task.completed", first, channels.now()))
    channels.pass_time(2 * DAY + HOUR)
    assert channels.requests(sid) == released(sid)


def test_the_customers_message_starts_the_quiet_time_again(channels: Channels) -> None:
    sid = conversation(channels)
    channels.finish_task(sid)
    channels.pass_time(DAY)
    channels.tell(message_event(sid, "+12025550142", channels.now()))
    channels.pass_time(DAY + HOUR)
    channels.run()
    assert channels.requests(sid) == []
    channels.pass_time(DAY)
    assert channels.requests(sid) == released(sid)


def test_an_open_task_without_an_event_keeps_the_channel_open(channels: Channels) -> None:
    sid = conversation(channels)
    channels.finish_task(sid)
    workspace = channels.caller.local("GET", "/health")
    task = channels.twilio(
        "POST",
        f"taskrouter.twilio.com/v1/Workspaces/{workspace['workspaceSid']}/Tasks",
        WorkflowSid=workspace["workflowSid"],
        Attributes=f'{{"conversationSid":"{sid}"}}',
        Timeout="604800",
    )
    channels.pass_time(2 * DAY + HOUR)
    assert [one[0] for one in channels.requests(sid)] == ["GET"]
    address = f"taskrouter.twilio.com/v1/Workspaces/{workspace['workspaceSid']}/Tasks/{task['sid']}"
    channels.twilio("POST", address, AssignmentStatus="canceled")
    channels.pass_time(2 * DAY + HOUR)
    assert channels.state(sid) == ("closed", CLOSED)


def test_a_conversation_that_is_closed_or_gone_counts_as_done(channels: Channels) -> None:
    closed, gone = conversation(channels), new_sid("CH")
    channels.twilio("POST", f"{CONVERSATIONS}/{closed}", State="closed")
    channels.forget_requests()
    for sid in (closed, gone):
        channels.finish_task(sid)
    channels.pass_time(2 * DAY + HOUR)
    channels.run()
    assert [(one[0], one[3]) for one in channels.requests(closed)] == [("GET", 200)]
    assert [(one[0], one[3]) for one in channels.requests(gone)] == [("GET", 404)]
    assert all("releasedAt" in channels.row(sid) for sid in (closed, gone))


def test_late_events_do_not_bring_a_released_channel_back(channels: Channels) -> None:
    sid, task, at = conversation(channels), new_sid("WT"), channels.now()
    completed = task_event(sid, "task.completed", task, at)
    channels.tell(completed)
    channels.pass_time(2 * DAY + HOUR)
    assert channels.requests(sid) == released(sid)
    row = channels.row(sid)
    channels.tell(completed, task_event(sid, "task.wrapup", task, at - 1))
    assert channels.row(sid) == row
    channels.run()
    assert channels.requests(sid) == released(sid)


def test_an_outbound_conversation_is_released_without_a_task(channels: Channels) -> None:
    answer = channels.caller.key_post(
        "/flex-initiate-outbound-sms",
        {
            "fromNumber": FLEX_NUMBER,
            "toNumber": "+14045550777",
            "toName": "Ada",
            "messageBody": "Hello",
        },
    )
    assert answer.status == 200, answer.text
    sid = answer.json()["conversationSid"]
    assert eventually(lambda: channels.row(sid).get("lastEvent")) == "conversation.started"
    channels.pass_time(2 * DAY + HOUR)
    assert channels.state(sid) == ("closed", RELEASED)

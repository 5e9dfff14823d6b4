"""The verbs of Twilio's products: the request that each sends, and what it makes of the answer."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.errors import TwilioUnreachable
from switchboard.twilio import (
    chat_channels,
    conversations,
    flex_tokens,
    interactions,
    messaging,
    numbers,
    recordings,
    studio,
    taskrouter,
    voice,
)
from switchboard.twilio.attributes import LONG_LIVED, dump_attributes, merge_attributes, parse_attributes
from switchboard.twilio.outcome import BINDING_EXISTS, NAME_TAKEN, Refused
from tests.unit.layer.events import ACCOUNT_SID, CALL_SID
from tests.unit.layer.scripted_twilio import ScriptedTwilio

WORKSPACE_SID = "WS" + "1" * 32
WORKFLOW_SID = "WW" + "2" * 32
TASK_SID = "WT" + "3" * 32
CONVERSATION_SID = "CH" + "4" * 32
FLOW_SID = "FW" + "5" * 32
EXECUTION_SID = "FN" + "6" * 32
RECORDING_SID = "RE" + "7" * 32
SERVICE_SID = "IS" + "8" * 32
INTERACTION_SID = "KD" + "9" * 32
CHANNEL_SID = "UO" + "a" * 32

ACCOUNT = f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}"
TASKS = f"/taskrouter.twilio.com/v1/Workspaces/{WORKSPACE_SID}/Tasks"
CONVERSATION = f"/conversations.twilio.com/v1/Conversations/{CONVERSATION_SID}"
EXECUTION = f"/studio.twilio.com/v2/Flows/{FLOW_SID}/Executions/{EXECUTION_SID}"
CHAT_CHANNEL = f"/chat.twilio.com/v2/Services/{SERVICE_SID}/Channels/{CONVERSATION_SID}"

TASK = {
    "sid": TASK_SID,
    "workflow_sid": WORKFLOW_SID,
    "assignment_status": "pending",
    "attributes": '{"call_sid":"CA1"}',
    "priority": 5,
    "timeout": 3600,
    "task_channel_unique_name": "voice",
    "date_created": "2026-03-01T09:00:00Z",
}
CREATED_AT = 1_772_355_600_000
MISSING = (404, {"code": 20404, "message": "Not found", "status": 404})


def asked(twilio: ScriptedTwilio) -> list[tuple[str, str]]:
    return [(request.method, request.path.partition("?")[0]) for request in twilio.received]


def fetched_task(twilio: ScriptedTwilio, etag: str = '"3"') -> taskrouter.Task:
    twilio.answers = [(200, TASK, {"ETag": etag})]
    task = taskrouter.fetch_task(WORKSPACE_SID, TASK_SID)
    assert task is not None
    twilio.received.clear()
    return task


def test_a_task_is_created_with_the_fields_that_are_given(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(201, TASK, {"ETag": '"0"'})]
    given: dict[str, Any] = {"task_channel": "voice", "priority": 5, "timeout": 3600}
    task = taskrouter.create_task(WORKSPACE_SID, WORKFLOW_SID, {"name": "Zoë"}, **given)
    taskrouter.create_task(WORKSPACE_SID, WORKFLOW_SID, {}, **given, virtual_start="2026-03-01T08:59:00Z")
    first, second = twilio.received
    assert asked(twilio) == [("POST", TASKS)] * 2
    assert first.form == {
        "WorkflowSid": WORKFLOW_SID,
        "TaskChannel": "voice",
        "Attributes": '{"name":"Zoë"}',
        "Priority": "5",
        "Timeout": "3600",
    }
    assert second.form["VirtualStartTime"] == "2026-03-01T08:59:00Z"
    assert (task.etag, task.created_at, task.attributes) == ('"0"', CREATED_AT, {"call_sid": "CA1"})


def test_a_task_is_fetched_with_its_version(twilio: ScriptedTwilio) -> None:
    task = fetched_task(twilio)
    assert task == taskrouter.Task(
        sid=TASK_SID,
        workspace_sid=WORKSPACE_SID,
        workflow_sid=WORKFLOW_SID,
        status="pending",
        attributes={"call_sid": "CA1"},
        priority=5,
        timeout=3600,
        task_channel="voice",
        date_created="2026-03-01T09:00:00Z",
        virtual_start="2026-03-01T09:00:00Z",
        etag='"3"',
    )
    assert task.waits
    assert task.is_open


def test_a_task_that_is_gone_is_none_and_other_refusals_are_raised(twilio: ScriptedTwilio) -> None:
    twilio.answers = [MISSING]
    assert taskrouter.fetch_task(WORKSPACE_SID, TASK_SID) is None
    twilio.answers = [(403, {"code": 20003})]
    with pytest.raises(Refused):
        taskrouter.fetch_task(WORKSPACE_SID, TASK_SID)


def test_a_task_is_updated_only_in_the_version_that_was_read(twilio: ScriptedTwilio) -> None:
    task = fetched_task(twilio)
    twilio.answers = [(200, TASK, {"ETag": '"4"'})]
    updated = taskrouter.update_task(task, {"a": 1}, status="canceled", reason="Opted out")
    (request,) = twilio.received
    assert (request.method, request.path, request.if_match) == ("POST", f"{TASKS}/{TASK_SID}", '"3"')
    assert request.form == {
        "Attributes": '{"a":1}',
        "AssignmentStatus": "canceled",
        "Reason": "Opted out",
    }
    assert updated.etag == '"4"'
    twilio.answers = [(412, {"code": 20412})]
    with pytest.raises(Refused) as changed:
        taskrouter.update_task(task, {"a": 1})
    assert (changed.value.status, len(twilio.received)) == (412, 2)
    assert twilio.received[1].form == {"Attributes": '{"a":1}'}


def test_a_waiting_tasks_priority_and_place_are_updated(twilio: ScriptedTwilio) -> None:
    task = fetched_task(twilio)
    twilio.answers = [(200, TASK)]
    taskrouter.update_task(task, {}, priority=9, virtual_start="2026-03-01T08:59:00Z")
    assert twilio.received[0].form == {
        "Attributes": "{}",
        "Priority": "9",
        "VirtualStartTime": "2026-03-01T08:59:00Z",
    }


def test_a_task_without_a_version_is_updated_in_any(twilio: ScriptedTwilio) -> None:
    task = fetched_task(twilio, etag="")
    twilio.answers = [(200, TASK)]
    taskrouter.update_task(task, {})
    assert twilio.received[0].if_match is None


def page(tasks: list[Any], following: str | None = None) -> dict[str, Any]:
    return {"tasks": tasks, "meta": {"key": "tasks", "next_page_url": following}}


def test_the_newest_tasks_are_read_page_by_page_until_they_are_too_old(twilio: ScriptedTwilio) -> None:
    following = f"https:/{TASKS}?Page=1&PageSize=100"
    old = TASK | {"date_created": "2026-03-01T08:59:59Z"}
    twilio.answers = [(200, page([TASK, TASK], following)), (200, page([TASK, old, TASK], following))]
    found = list(taskrouter.newest_tasks(WORKSPACE_SID, WORKFLOW_SID, CREATED_AT, taskrouter.WAITING))
    assert [task.sid for task in found] == [TASK_SID] * 3
    assert asked(twilio) == [("GET", TASKS)] * 2
    assert sorted(twilio.received[0].query) == [
        ("AssignmentStatus", "pending"),
        ("AssignmentStatus", "reserved"),
        ("Ordering", "DateCreated:desc"),
        ("PageSize", "100"),
        ("WorkflowSid", WORKFLOW_SID),
    ]


def test_open_tasks_are_found_by_an_attribute(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, page([TASK]))]
    (found,) = taskrouter.open_tasks_with(WORKSPACE_SID, "record", "missing")
    assert found.sid == TASK_SID
    assert sorted(twilio.received[0].query) == [
        ("AssignmentStatus", "assigned"),
        ("AssignmentStatus", "pending"),
        ("AssignmentStatus", "reserved"),
        ("EvaluateTaskAttributes", 'record == "missing"'),
        ("PageSize", "100"),
    ]


def test_the_search_for_new_tasks_ends_after_five_pages(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, page([TASK] * 100, f"https:/{TASKS}?Page=1"))]
    assert len(list(taskrouter.newest_tasks(WORKSPACE_SID, WORKFLOW_SID, 0))) == 500
    assert len(twilio.received) == 5
    assert "AssignmentStatus" not in dict(twilio.received[0].query)


def test_open_tasks_are_those_that_have_not_ended(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, page([TASK, TASK | {"attributes": "[" * 100_000}, TASK | {"attributes": None}]))]
    found = list(taskrouter.open_tasks(WORKSPACE_SID))
    assert [task.attributes for task in found] == [{"call_sid": "CA1"}, {}, {}]
    assert sorted(twilio.received[0].query) == [
        *(("AssignmentStatus", status) for status in ("assigned", "pending", "reserved", "wrapping")),
        ("PageSize", "1000"),
    ]


def test_a_conversation_is_created_once_for_its_unique_name(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(201, {"sid": CONVERSATION_SID})]
    assert conversations.create_conversation("N" * 300, "switchboard-1", LONG_LIVED) == CONVERSATION_SID
    assert twilio.received[0].form == {
        "FriendlyName": "N" * 256,
        "UniqueName": "switchboard-1",
        "Attributes": '{"long_lived":true,"status":"ACTIVE"}',
    }
    twilio.answers = [(409, {"code": NAME_TAKEN}), (200, {"sid": CONVERSATION_SID})]
    assert conversations.create_conversation("Name", "switchboard-1", {}) == CONVERSATION_SID
    assert asked(twilio)[1:] == [
        ("POST", "/conversations.twilio.com/v1/Conversations"),
        ("GET", "/conversations.twilio.com/v1/Conversations/switchboard-1"),
    ]
    twilio.answers = [(400, {"code": 50300})]
    with pytest.raises(Refused):
        conversations.create_conversation("Name", "switchboard-1", {})


def test_a_conversation_is_fetched_unless_there_is_none(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"sid": CONVERSATION_SID, "state": "closed", "attributes": "{}"}), MISSING]
    found = conversations.fetch_conversation(CONVERSATION_SID)
    assert found == conversations.Conversation(CONVERSATION_SID, "closed", "{}")
    assert found.is_closed
    assert conversations.fetch_conversation(CONVERSATION_SID) is None
    assert asked(twilio) == [("GET", CONVERSATION)] * 2


def test_an_update_of_a_conversation_names_only_what_changes(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"sid": CONVERSATION_SID})]
    conversations.update_conversation(CONVERSATION_SID, attributes="{}")
    conversations.update_conversation(CONVERSATION_SID, state="closed")
    assert asked(twilio) == [("POST", CONVERSATION)] * 2
    assert [request.form for request in twilio.received] == [{"Attributes": "{}"}, {"State": "closed"}]


def test_attributes_of_a_conversation_are_written_where_they_differ(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"sid": CONVERSATION_SID, "attributes": '{"a":1}'})]
    conversations.set_attributes(CONVERSATION_SID, {"a": 1})
    conversations.set_attributes(CONVERSATION_SID, {"b": 2})
    assert [request.method for request in twilio.received] == ["GET", "GET", "POST"]
    assert twilio.received[2].form == {"Attributes": '{"a":1,"b":2}'}


def test_deleting_tells_whether_there_was_something_to_delete(twilio: ScriptedTwilio) -> None:
    for delete, path in (
        (lambda: conversations.delete_conversation(CONVERSATION_SID), CONVERSATION),
        (lambda: chat_channels.delete_channel(SERVICE_SID, CONVERSATION_SID), CHAT_CHANNEL),
    ):
        twilio.received.clear()
        twilio.answers = [(204, ""), MISSING]
        assert (delete(), delete()) == (True, False)
        assert asked(twilio) == [("DELETE", path)] * 2


def test_a_customer_is_added_behind_a_number_or_is_in_another_conversation(twilio: ScriptedTwilio) -> None:
    other = "CH" + "b" * 32
    text = f"A binding for this participant and proxy address already exists in Conversation {other}"
    twilio.answers = [(201, {"sid": "MB1"}), (409, {"code": BINDING_EXISTS, "message": text})]
    conversations.add_participant(CONVERSATION_SID, "+15555550123", "+15555550100")
    assert asked(twilio) == [("POST", f"{CONVERSATION}/Participants")]
    assert twilio.received[0].form == {
        "MessagingBinding.Address": "+15555550123",
        "MessagingBinding.ProxyAddress": "+15555550100",
    }
    with pytest.raises(Refused) as refused:
        conversations.add_participant(CONVERSATION_SID, "+15555550123", "+15555550100")
    assert conversations.existing_conversation(refused.value) == other
    assert conversations.existing_conversation(Refused(400, 50407, text)) is None
    assert conversations.existing_conversation(Refused(409, BINDING_EXISTS, "It exists.")) is None


def test_replies_go_to_a_flow_by_a_webhook(twilio: ScriptedTwilio) -> None:
    webhooks = [
        {"sid": "WH1", "target": "studio", "configuration": {"flow_sid": FLOW_SID}},
        {"sid": "WH2", "target": "webhook", "configuration": {"url": "https://example.com"}},
    ]
    twilio.answers = [(200, {"webhooks": webhooks, "meta": {"key": "webhooks"}}), (201, {"sid": "WH3"})]
    assert conversations.studio_flows(CONVERSATION_SID) == {FLOW_SID}
    conversations.add_studio_flow(CONVERSATION_SID, FLOW_SID)
    assert asked(twilio) == [("GET", f"{CONVERSATION}/Webhooks"), ("POST", f"{CONVERSATION}/Webhooks")]
    assert twilio.received[1].form == {"Target": "studio", "Configuration.FlowSid": FLOW_SID}


def test_a_message_is_free_text_or_a_template(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(201, {"sid": "IM1"})]
    marker = {"idempotencyKey": "1"}
    assert conversations.send_message(CONVERSATION_SID, attributes=marker, body="Hello") == "IM1"
    conversations.send_message(
        CONVERSATION_SID, attributes=marker, content_sid="HX1", content_variables='{"1":"Zoë"}'
    )
    assert asked(twilio) == [("POST", f"{CONVERSATION}/Messages")] * 2
    assert [request.form for request in twilio.received] == [
        {"Attributes": '{"idempotencyKey":"1"}', "Body": "Hello"},
        {
            "Attributes": '{"idempotencyKey":"1"}',
            "ContentSid": "HX1",
            "ContentVariables": '{"1":"Zoë"}',
        },
    ]


def test_the_latest_messages_of_a_conversation_come_first(twilio: ScriptedTwilio) -> None:
    message = {
        "sid": "IM1",
        "author": "+15555550123",
        "attributes": '{"a":1}',
        "date_created": "2026-03-01T09:00:00Z",
    }
    listed = [message, {"sid": "IM2", "author": None, "attributes": "no JSON", "date_created": "soon"}]
    twilio.answers = [(200, {"messages": listed, "meta": {"key": "messages"}})]
    assert conversations.latest_messages(CONVERSATION_SID) == [
        conversations.Message("IM1", "+15555550123", {"a": 1}, CREATED_AT),
        conversations.Message("IM2", "", {}, None),
    ]
    assert sorted(twilio.received[0].query) == [("Order", "desc"), ("PageSize", "50")]


def test_a_chat_channel_has_attributes_only(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"sid": CONVERSATION_SID, "attributes": '{"a":1}'})]
    assert chat_channels.fetch_attributes(SERVICE_SID, CONVERSATION_SID) == '{"a":1}'
    chat_channels.update_attributes(SERVICE_SID, CONVERSATION_SID, "{}")
    assert asked(twilio) == [("GET", CHAT_CHANNEL), ("POST", CHAT_CHANNEL)]
    assert twilio.received[1].form == {"Attributes": "{}"}
    twilio.answers = [MISSING]
    assert chat_channels.fetch_attributes(SERVICE_SID, CONVERSATION_SID) is None


@pytest.mark.parametrize("as_text", [False, True])
def test_an_interaction_is_initiated_by_an_api_and_names_its_task(
    twilio: ScriptedTwilio, as_text: bool
) -> None:
    channel: Any = {"sid": CHANNEL_SID}
    routing: Any = {"properties": {"sid": TASK_SID}}
    if as_text:
        channel, routing = json.dumps(channel), json.dumps(routing)
    twilio.answers = [(201, {"sid": INTERACTION_SID, "channel": channel, "routing": routing})]
    made = interactions.create_interaction(
        CONVERSATION_SID,
        "sms",
        workspace_sid=WORKSPACE_SID,
        workflow_sid=WORKFLOW_SID,
        task_channel="chat",
        attributes={"name": "Zoë"},
    )
    assert made == interactions.Interaction(INTERACTION_SID, CHANNEL_SID, TASK_SID)
    assert asked(twilio) == [("POST", "/flex-api.twilio.com/v1/Interactions")]
    form = twilio.received[0].form
    assert json.loads(form["Channel"]) == {
        "type": "sms",
        "initiated_by": "api",
        "properties": {"media_channel_sid": CONVERSATION_SID},
    }
    assert json.loads(form["Routing"]) == {
        "properties": {
            "workspace_sid": WORKSPACE_SID,
            "workflow_sid": WORKFLOW_SID,
            "task_channel_unique_name": "chat",
            "attributes": {"name": "Zoë"},
        }
    }


@pytest.mark.parametrize(("with_conversation", "status"), [(True, "closed"), (False, "inactive")])
def test_an_interaction_ends_with_or_without_its_conversation(
    twilio: ScriptedTwilio, with_conversation: bool, status: str
) -> None:
    twilio.answers = [(200, {"sid": CHANNEL_SID})]
    interactions.end_interaction(INTERACTION_SID, CHANNEL_SID, with_conversation=with_conversation)
    path = f"/flex-api.twilio.com/v1/Interactions/{INTERACTION_SID}/Channels/{CHANNEL_SID}"
    assert asked(twilio) == [("POST", path)]
    form = twilio.received[0].form
    assert (form["Status"], json.loads(form["Routing"])) == (status, {"status": "closed"})


def test_a_task_names_its_interaction() -> None:
    attributes = {"flexInteractionSid": INTERACTION_SID, "flexInteractionChannelSid": CHANNEL_SID}
    found = interactions.Interaction.of_task(TASK_SID, attributes)
    assert found == interactions.Interaction(INTERACTION_SID, CHANNEL_SID, TASK_SID)


RUN = {
    "sid": EXECUTION_SID,
    "flow_sid": FLOW_SID,
    "status": "ended",
    "initiated_by": CALL_SID,
    "date_created": "2026-03-01T09:00:00Z",
    "date_updated": "2026-03-01T09:00:01Z",
}
EXECUTED = studio.Execution(EXECUTION_SID, FLOW_SID, True, CALL_SID, CREATED_AT, CREATED_AT + 1000)


def test_an_execution_is_fetched_unless_there_is_none(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, RUN), (200, RUN | {"status": "active", "date_updated": None}), MISSING]
    assert studio.fetch_execution(FLOW_SID, EXECUTION_SID) == EXECUTED
    active = studio.fetch_execution(FLOW_SID, EXECUTION_SID)
    assert active is not None
    assert (active.is_ended, active.updated_at) == (False, None)
    assert studio.fetch_execution(FLOW_SID, EXECUTION_SID) is None
    assert asked(twilio) == [("GET", EXECUTION)] * 3


def test_executions_are_listed_by_the_time_of_their_creation(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"executions": [RUN], "meta": {"key": "executions"}})]
    assert list(studio.executions(FLOW_SID, CREATED_AT, CREATED_AT + 60_000)) == [EXECUTED]
    assert sorted(twilio.received[0].query) == [
        ("DateCreatedFrom", "2026-03-01T09:00:00Z"),
        ("DateCreatedTo", "2026-03-01T09:01:00Z"),
        ("PageSize", "100"),
    ]


def test_all_pages_of_an_executions_steps_are_read(twilio: ScriptedTwilio) -> None:
    step = {
        "sid": "FT1",
        "execution_sid": EXECUTION_SID,
        "name": "incomingCall",
        "transitioned_from": "Trigger",
        "transitioned_to": "menu",
        "date_created": "2026-03-01T09:00:00Z",
        "parent_step_sid": None,
    }
    following = f"https:/{EXECUTION}/Steps?Page=1"
    twilio.answers = [
        (200, {"steps": [step], "meta": {"key": "steps", "next_page_url": following}}),
        (200, {"steps": [step | {"sid": "FT2"}], "meta": {"key": "steps", "next_page_url": None}}),
    ]
    first, second = studio.execution_steps(FLOW_SID, EXECUTION_SID)
    created = datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert first == studio.ExecutionStep(
        "FT1", EXECUTION_SID, "incomingCall", "Trigger", "menu", created, None
    )
    assert second.sid == "FT2"
    assert asked(twilio) == [("GET", f"{EXECUTION}/Steps")] * 2


def test_an_executions_context_may_not_be_there_yet(twilio: ScriptedTwilio) -> None:
    twilio.answers = [MISSING, (200, {"context": {"widgets": {"menu": {}}}})]
    assert studio.fetch_context(FLOW_SID, EXECUTION_SID) is None
    assert studio.fetch_context(FLOW_SID, EXECUTION_SID) == {"widgets": {"menu": {}}}
    assert asked(twilio) == [("GET", f"{EXECUTION}/Context")] * 2


def test_an_execution_is_ended(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, RUN)]
    studio.end_execution(FLOW_SID, EXECUTION_SID)
    assert asked(twilio) == [("POST", EXECUTION)]
    assert twilio.received[0].form == {"Status": "ended"}


def test_a_call_is_fetched_unless_there_is_none(twilio: ScriptedTwilio) -> None:
    call = {"sid": CALL_SID, "status": "completed", "duration": "7", "from": "+1", "to": "sip:a@b"}
    twilio.answers = [(200, call), MISSING]
    assert voice.fetch_call(CALL_SID) == voice.Call(CALL_SID, "completed", "7", "+1", "sip:a@b", None)
    assert voice.fetch_call(CALL_SID) is None
    assert asked(twilio) == [("GET", f"{ACCOUNT}/Calls/{CALL_SID}.json")] * 2


def test_a_call_is_placed_with_or_without_detection_of_machines(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(201, {"sid": CALL_SID})]
    urls = ("https://example.com/voice", "https://example.com/status")
    for detection in ("", "Enable"):
        sid = voice.create_call(
            "+15555550123", "+15555550100", urls[0], status_url=urls[1], machine_detection=detection
        )
        assert sid == CALL_SID
    form = {
        "To": "+15555550123",
        "From": "+15555550100",
        "Url": urls[0],
        "Method": "POST",
        "StatusCallback": urls[1],
        "StatusCallbackEvent": "completed",
        "StatusCallbackMethod": "POST",
    }
    assert asked(twilio) == [("POST", f"{ACCOUNT}/Calls.json")] * 2
    assert [request.form for request in twilio.received] == [form, form | {"MachineDetection": "Enable"}]


@pytest.mark.parametrize(("answer", "redirected"), [((200, {}), True), ((400, {}), False), (MISSING, False)])
def test_a_call_that_is_over_cannot_be_redirected(
    twilio: ScriptedTwilio, answer: Any, redirected: bool
) -> None:
    twilio.answers = [answer]
    assert voice.redirect_call(CALL_SID, "https://example.com/next") is redirected
    assert asked(twilio) == [("POST", f"{ACCOUNT}/Calls/{CALL_SID}.json")]
    assert twilio.received[0].form == {"Url": "https://example.com/next", "Method": "POST"}


def test_a_queue_that_is_unknown_has_no_name(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, {"friendly_name": WORKFLOW_SID}), MISSING]
    assert (voice.queue_name("QU1"), voice.queue_name("QU1")) == (WORKFLOW_SID, "")
    assert asked(twilio) == [("GET", f"{ACCOUNT}/Queues/QU1.json")] * 2


def test_audio_is_fetched_whole_or_in_part(twilio: ScriptedTwilio) -> None:
    part = {"content-type": "audio/mpeg; a=b", "content-range": "bytes 0-3/9"}
    twilio.answers = [(206, "data", part), (404, "")]
    audio = recordings.fetch_audio(RECORDING_SID, "bytes=0-3")
    assert audio is not None
    assert (audio.status, audio.content_type, audio.length, audio.content_range) == (
        206,
        "audio/mpeg",
        4,
        "bytes 0-3/9",
    )
    assert audio.read() == b"data"
    assert recordings.fetch_audio(RECORDING_SID) is None
    assert asked(twilio) == [("GET", f"{ACCOUNT}/Recordings/{RECORDING_SID}.mp3")] * 2
    assert [request.range for request in twilio.received] == ["bytes=0-3", None]


def test_audio_that_twilio_refuses_or_breaks_off_is_an_error(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(403, {"code": 20003})]
    with pytest.raises(Refused) as refused:
        recordings.fetch_audio(RECORDING_SID)
    assert refused.value.status == 403
    twilio.answers = ["break off"]
    audio = recordings.fetch_audio(RECORDING_SID)
    assert audio is not None
    with pytest.raises(TwilioUnreachable):
        audio.read()


def test_a_recording_that_is_gone_counts_as_deleted(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(204, ""), MISSING]
    recordings.delete_recording(RECORDING_SID)
    recordings.delete_recording(RECORDING_SID)
    assert asked(twilio) == [("DELETE", f"{ACCOUNT}/Recordings/{RECORDING_SID}.json")] * 2


def test_a_text_message_comes_from_a_service_or_a_number(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(201, {"sid": "SM1"})]
    assert messaging.send_text("MG1", "+15555550123", "Hello") == "SM1"
    assert messaging.send_text("+15555550100", "+15555550123", "Hello") == "SM1"
    assert asked(twilio) == [("POST", f"{ACCOUNT}/Messages.json")] * 2
    form = {"To": "+15555550123", "Body": "Hello"}
    assert [request.form for request in twilio.received] == [
        form | {"MessagingServiceSid": "MG1"},
        form | {"From": "+15555550100"},
    ]


def test_the_message_log_tells_of_the_last_message(twilio: ScriptedTwilio) -> None:
    message = {"sid": "SM1", "date_created": "Sun, 01 Mar 2026 09:00:00 +0000"}
    twilio.answers = [(200, {"messages": [message]}), (200, {"messages": []})]
    assert messaging.last_message_at("whatsapp:+1", "whatsapp:+2") == CREATED_AT
    assert messaging.last_message_at("whatsapp:+1", "whatsapp:+2") is None
    assert sorted(twilio.received[0].query) == [
        ("From", "whatsapp:+1"),
        ("PageSize", "1"),
        ("To", "whatsapp:+2"),
    ]


def test_a_numbers_voice_url_is_that_of_the_whole_number(twilio: ScriptedTwilio) -> None:
    longer = {"phone_number": "+155555501009", "voice_url": "https://example.com/other"}
    own = {"phone_number": "+15555550100", "voice_url": "https://example.com/own"}
    twilio.answers = [
        (200, {"incoming_phone_numbers": [longer, own]}),
        (200, {"incoming_phone_numbers": [own | {"voice_url": None}]}),
        (200, {"incoming_phone_numbers": [longer]}),
    ]
    found = [numbers.voice_url("+15555550100") for _ in range(3)]
    assert found == ["https://example.com/own", "", None]
    assert twilio.received[0].query == [("PhoneNumber", "+15555550100")]
    assert asked(twilio)[0] == ("GET", f"{ACCOUNT}/IncomingPhoneNumbers.json")


def test_a_flex_token_is_valid_or_not_or_not_judged(twilio: ScriptedTwilio) -> None:
    valid = {"valid": True, "identity": "zoe", "roles": ["agent"], "expiration": "2026-03-01T09:00:00Z"}
    twilio.answers = [(200, valid), (200, {"valid": False}), (401, {"code": 20003})]
    user = flex_tokens.FlexUser("zoe", ("agent",), None, CREATED_AT / 1000)
    assert flex_tokens.validate_token("token") == user
    assert flex_tokens.validate_token("token") is None
    with pytest.raises(Refused) as refused:
        flex_tokens.validate_token("token")
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("text", "changes", "merged"),
    [
        ('{"a":1,"b":[2]}', {"a": 2}, '{"a":2,"b":[2]}'),
        ('{"a":1}', {"a": 1}, None),
        ('{"a":1}', {"a": True}, '{"a":true}'),
        ("[1]", {"a": 1}, '{"a":1}'),
        ("no JSON", {"a": "Zoë"}, '{"a":"Zoë"}'),
        (None, {}, None),
    ],
)
def test_attributes_keep_what_others_have_written(
    text: str | None, changes: dict[str, Any], merged: str | None
) -> None:
    assert merge_attributes(text, changes) == merged


def test_attributes_that_nest_too_deeply_are_not_overwritten() -> None:
    with pytest.raises(RecursionError):
        merge_attributes('{"a":' + "[" * 100_000, {"a": 1})


def test_attributes_are_read_from_text_or_objects_and_written_without_blanks() -> None:
    assert parse_attributes('{"a":1}') == parse_attributes({"a": 1}) == {"a": 1}
    assert parse_attributes("[]") == parse_attributes(None) == parse_attributes("no") == {}
    assert dump_attributes({"a": [1, "Zoë"]}) == '{"a":[1,"Zoë"]}'

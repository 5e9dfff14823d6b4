"""create-callback for Studio and for Flex: one request, one task, as the contract says."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from local.template.parameters import WORKFLOW_SID
from local.twilio.rest.iam import EXPIRED_TOKEN
from tests.integration.callback.desk import CREATE, FLEX, OURS, Desk, new_sid, other_spellings

ORIGIN = {"Origin": "https://flex.twilio.com"}


def expected(desk: Desk, **data: Any) -> dict[str, Any]:
    """Return the attributes of a callback of which only the numbers are known."""
    kind = "Voicemail" if data.get("RecordingSid") else "Callback"
    return {
        "taskType": kind.lower(),
        "name": f"{kind} ({desk.number})",
        "from": desk.number,
        "flow_execution_sid": None,
        "message": None,
        "direction": "inbound",
        "conversations": {"conversation_id": None},
        "callBackData": {
            "numberToCall": desk.number,
            "numberToCallFrom": OURS,
            "attempts": 0,
            "mainTimeZone": "UTC",
            "utcDateTimeReceived": "2026-11-21T09:30:00.000Z",
            "RecordingSid": None,
            "RecordingUrl": None,
            "TranscriptionSid": None,
            "TranscriptionText": None,
            "isDeleted": False,
            **data,
            **other_spellings(data),
        },
    }


AT = {"utcDateTimeReceived": "2026-11-21T09:30:00.000Z"}


def test_a_callback_has_the_contracts_attributes_and_defaults(desk: Desk) -> None:
    sid = desk.created(**AT)
    task = desk.task(sid)
    assert json.loads(task.attributes) == expected(desk)
    assert (task.timeout, task.priority, task.channel, task.workflow_sid) == (86400, 0, "voice", WORKFLOW_SID)


def test_a_request_that_does_not_say_when_it_was_made_was_made_now(desk: Desk) -> None:
    received = desk.attributes(desk.created())["callBackData"]["utcDateTimeReceived"]
    assert received.startswith(f"{desk.platform.clock.datetime():%Y-%m-%dT}")
    assert received.endswith("Z")


def test_every_parameter_gets_to_the_task_in_its_type(desk: Desk) -> None:
    flow, recording = new_sid("FN"), new_sid("RE")
    workflow = list(desk.platform.stand_in.taskrouter.workspace.workflows)[1]
    sid = desk.created(
        **AT,
        flexFlowSid=flow,
        workflowSid=workflow,
        timeout="3600",
        priority="7",
        attempts="2",
        conversation_id="CH123",
        message="Käse & Wein <3",
        RecordingSid=recording,
        RecordingUrl=desk.recording_url(recording),
        TranscriptionSid="TR" + recording[2:],
        TranscriptionText="Bitte um Rückruf",
        isDeleted="true",
        taskChannel="default",
    )
    task = desk.task(sid)
    assert json.loads(task.attributes) == expected(
        desk,
        attempts=2,
        RecordingSid=recording,
        RecordingUrl=desk.recording_url(recording),
        TranscriptionSid="TR" + recording[2:],
        TranscriptionText="Bitte um Rückruf",
        isDeleted=True,
    ) | {
        "flow_execution_sid": flow,
        "message": "Käse & Wein <3",
        "conversations": {"conversation_id": "CH123"},
    }
    assert (task.timeout, task.priority, task.channel, task.workflow_sid) == (3600, 7, "default", workflow)


def test_query_form_and_json_are_merged(desk: Desk) -> None:
    by_query = desk.caller.signed_get(f"{CREATE}?{urlencode({**desk.numbers(), **AT})}")
    assert by_query.status == 200, by_query.text
    desk.number = desk.new_number()
    path = f"{CREATE}?{urlencode({'numberToCall': desk.number, 'message': 'of the query'})}"
    both = desk.caller.signed_post(path, {"numberToCallFrom": OURS, "message": "of the form"})
    assert desk.attributes(both.json()["taskSid"])["message"] == "of the form"
    desk.number = desk.new_number()
    content = {**desk.numbers(), "attempts": 1, "isDeleted": True, "priority": 3, "message": None}
    by_json = desk.caller.signed_json(CREATE, content)
    task = desk.task(by_json.json()["taskSid"])
    data = json.loads(task.attributes)["callBackData"]
    assert (data["attempts"], data["isDeleted"], task.priority) == (1, True, 3)


def test_a_plus_sign_that_was_not_encoded_is_understood(desk: Desk) -> None:
    answer = desk.caller.signed_get(f"{CREATE}?numberToCall={desk.number}&numberToCallFrom={OURS}")
    assert answer.status == 200, answer.text
    assert len(desk.tasks()) == 1


def test_undefined_and_null_as_javascript_writes_them_count_as_absent(desk: Desk) -> None:
    sid = desk.created(**AT, flexFlowSid="undefined", conversation_id="null", workflowSid="undefined")
    assert desk.attributes(sid) == expected(desk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("numberToCall", "5550123"),
        ("numberToCall", "sip:ada@example.com"),
        ("numberToCallFrom", "+1"),
        ("workflowSid", "WS" + "0" * 32),
        ("timeout", "soon"),
        ("timeout", "0"),
        ("timeout", "1209601"),
        ("timeout", "²"),
        ("priority", "-1"),
        ("priority", "2147483648"),
        ("attempts", "1.5"),
        ("RecordingSid", "RE12"),
        ("recordingSid", "RE12"),
        ("RecordingUrl", "javascript:alert(1)"),
        ("TranscriptionSid", "x"),
        ("isDeleted", "perhaps"),
        ("taskChannel", "a channel"),
        ("message", "x" * 2001),
        ("conversation_id", "x" * 257),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(desk: Desk, field: str, value: str) -> None:
    answer = desk.create(**{field: value})
    body = answer.json()
    assert (answer.status, body["success"]) == (400, False)
    assert [error["field"] for error in body["errors"]] == [field]
    assert field in body["message"]
    assert len(value) < 3 or value not in body["message"]
    assert desk.tasks() == []


@pytest.mark.parametrize(
    "number", ["anonymous", "Restricted", "+266696687", "sip:ada@example.com", "client:ada", "12345"]
)
def test_a_voicemail_is_taken_from_any_number(desk: Desk, number: str) -> None:
    recording = new_sid("RE")
    sid = desk.created(numberToCall=number, RecordingSid=recording)
    data = desk.attributes(sid)["callBackData"]
    assert (data["numberToCall"], data["RecordingSid"]) == (number, recording)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message", "m" * 2001),
        ("flexFlowSid", "f" * 2001),
        ("RecordingUrl", "u"),
        ("recordingUrl", "u"),
        ("TranscriptionSid", "TR1"),
        ("transcriptSid", "TR1"),
        ("attempts", "٣"),
        ("timeout", "abc"),
        ("priority", "-1"),
        ("isDeleted", "maybe"),
        ("conversation_id", "x" * 500),
        ("taskChannel", "no channel!"),
        ("workflowSid", "WW1"),
    ],
)
def test_a_voicemail_is_not_refused_for_another_field(desk: Desk, field: str, value: str) -> None:
    recording = new_sid("RE")
    sid = desk.created(numberToCall="anonymous", RecordingSid=recording, **{field: value})
    attributes = desk.attributes(sid)
    assert attributes["callBackData"]["RecordingSid"] == recording
    if field == "message":
        assert attributes["message"] == "m" * 1999 + "…"


def test_a_flow_is_named_by_any_text_and_a_time_that_cannot_be_read_is_now(desk: Desk) -> None:
    attributes = desk.attributes(desk.created(flexFlowSid="Main menu", utcDateTimeReceived="yesterday"))
    assert attributes["flow_execution_sid"] == "Main menu"
    assert attributes["callBackData"]["utcDateTimeReceived"].endswith("Z")


def test_the_name_of_a_flow_is_shortened_not_refused(desk: Desk) -> None:
    attributes = desk.attributes(desk.created(flexFlowSid="f" * 3000))
    assert attributes["flow_execution_sid"] == "f" * 1999 + "…"


@pytest.mark.parametrize("ending", ["", ".mp3", "?download=true"])
def test_a_recording_that_is_named_by_its_url_alone_is_a_voicemail(desk: Desk, ending: str) -> None:
    recording = new_sid("RE")
    url = desk.recording_url(recording) + ending
    sid = desk.created(numberToCall="anonymous", RecordingUrl=url)
    data = desk.attributes(sid)["callBackData"]
    assert (data["numberToCall"], data["RecordingSid"], data["RecordingUrl"]) == ("anonymous", recording, url)
    assert desk.transcribed(recording).json()["taskSid"] == sid


def test_missing_numbers_are_all_named(desk: Desk) -> None:
    answer = desk.caller.signed_post(CREATE, {"AccountSid": desk.platform.account_sid})
    fields = [error["field"] for error in answer.json()["errors"]]
    assert (answer.status, fields) == (400, ["numberToCall", "numberToCallFrom"])


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+19005550123", "premium-rate"),
        ("+449012345678", "premium-rate"),
        ("+9991234567", "no country"),
        ("+10000000000", "no assigned range"),
        ("+19995550123", "no assigned range"),
        ("+12115550123", "no assigned range"),
        ("+12025550", "no assigned range"),
        ("+4512345678", "no assigned range"),
        ("+19000000001", "premium-rate"),
        ("+4990012345678", "premium-rate"),
        ("+881612345678", "network"),
    ],
)
def test_a_premium_rate_or_unassigned_number_is_not_called_back(desk: Desk, number: str, reason: str) -> None:
    answer = desk.create(numberToCall=number)
    assert answer.status == 400
    assert reason in answer.json()["message"]
    assert desk.tasks(number) == []


@pytest.mark.parametrize(
    "number",
    [
        "+15551234567",
        "+12025550142",
        "+15005550006",
        "+13035551234",
        "+14150000012",
        "+12225550123",
        "+447700900123",
        "+441632960123",
        "+4930123456",
        "+4915112345678",
        "+972541234567",
    ],
)
def test_numbers_of_people_and_of_examples_are_called_back(desk: Desk, number: str) -> None:
    assert desk.create(numberToCall=number).status == 200


def test_taskrouters_refusal_is_passed_on(desk: Desk) -> None:
    answer = desk.create(workflowSid=new_sid("WW"))
    body = answer.json()
    assert (answer.status, body["success"]) == (400, False)
    assert "does not exist" in body["message"]
    assert desk.created()


def test_a_number_gets_a_limited_number_of_callbacks_a_day(desk: Desk) -> None:
    for _ in range(20):
        desk.finish(desk.created(), "canceled")
        desk.platform.advance(6)
    answer = desk.create()
    assert (answer.status, answer.json()["success"]) == (429, False)
    desk.platform.advance(86400)
    assert desk.created()


# ── who may call ─────────────────────────────────────────────────────────────────────────────────────


def test_flex_asks_with_a_form_as_its_older_plugin_does(desk: Desk) -> None:
    form = {**desk.numbers(), **AT, "Token": desk.platform.flex_tokens["agent"], "attempts": "1"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}
    answer = desk.caller.send("POST", f"{FLEX}/create-callback", urlencode(form).encode(), headers)
    assert answer.status == 200, answer.text
    assert answer.header("access-control-allow-origin") == ORIGIN["Origin"]
    assert desk.attributes(answer.json()["taskSid"]) == expected(desk, attempts=1)


@pytest.mark.parametrize("role", ["agent", "admin"])
@pytest.mark.parametrize("route", ["create-callback", "requeue-callback", "fetch-voicemail"])
def test_any_user_of_flex_may_call(desk: Desk, role: str, route: str) -> None:
    assert desk.flex(route, role).status == 400


@pytest.mark.parametrize("route", ["create-callback", "requeue-callback", "fetch-voicemail"])
def test_the_browser_may_call_from_flex(desk: Desk, route: str) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-flex-token",
    }
    answer = desk.caller.send("OPTIONS", f"{FLEX}/{route}", headers={**ORIGIN, **asked})
    assert answer.status in {200, 204}
    assert answer.header("access-control-allow-origin") == ORIGIN["Origin"]
    assert "x-flex-token" in (answer.header("access-control-allow-headers") or "").lower()
    other = desk.caller.send("OPTIONS", f"{FLEX}/{route}", headers={**asked, "Origin": "https://evil.test"})
    assert not other.header("access-control-allow-origin")


@pytest.mark.parametrize("token", ["", EXPIRED_TOKEN, "made-up"])
@pytest.mark.parametrize("route", ["create-callback", "requeue-callback", "fetch-voicemail"])
def test_no_token_an_expired_one_or_a_made_up_one_is_refused(desk: Desk, token: str, route: str) -> None:
    content = {**desk.numbers(), **({"Token": token} if token else {})}
    body = json.dumps(content).encode()
    answer = desk.caller.send("POST", f"{FLEX}/{route}", body, {"Content-Type": "application/json"})
    assert answer.status == 403
    assert desk.tasks() == []


def test_a_route_accepts_only_its_own_kind_of_caller(desk: Desk) -> None:
    assert desk.caller.signed_post(f"{FLEX}/create-callback", desk.numbers()).status == 403
    assert desk.caller.flex_post(CREATE, desk.numbers()).status == 403
    assert desk.caller.key_post(CREATE, desk.numbers()).status == 403
    assert desk.caller.send("POST", CREATE, b"x=1", {"Content-Type": "text/plain"}).status == 403
    assert desk.tasks() == []

"""A flow links its call: one conditional write, which a repeated request does not change."""

import pytest

from local.platform import Platform
from tests.integration.ivr_path.calls import StudioCall, item, new_sid


def test_a_linked_call_can_be_read_at_once(call: StudioCall) -> None:
    answer = call.link()
    assert (answer.status, answer.json()) == (200, {"success": True, **call.link_fields()})
    record = call.get()
    assert record is not None
    assert (record["status"], record["steps"], record["endedAt"]) == ("linked", [], None)
    assert [(item["executionSid"], item["flowSid"]) for item in record["executions"]] == [
        (call.execution_sid, call.flow_sid)
    ]
    listed = call.caller.key_get(f"/ivr-paths?flowSid={call.flow_sid}").json()["items"]
    assert [item["callSid"] for item in listed] == [call.sid]


@pytest.mark.parametrize("form", ["query", "form", "json"])
def test_a_link_can_be_sent_as_query_form_or_json(call: StudioCall, form: str) -> None:
    fields = call.link_fields()
    if form == "query":
        query = "&".join(f"{name}={value}" for name, value in fields.items())
        answer = call.caller.signed_get(f"/widget-store-studio-data?{query}")
    elif form == "form":
        answer = call.caller.signed_post("/widget-store-studio-data", fields)
    else:
        answer = call.caller.signed_json("/widget-store-studio-data", fields)
    assert answer.status == 200
    assert call.get() is not None


def test_a_repeated_link_changes_nothing(platform: Platform, call: StudioCall) -> None:
    call.link()
    before = item(platform, call.sid, "record")
    platform.advance(5)
    call.caller.local("DELETE", "/invocations")
    assert call.link().json() == {"success": True, **call.link_fields()}
    assert item(platform, call.sid, "record") == before
    (invocation,) = call.caller.invocations("IvrPathLinkExecution")
    assert [name for name in invocation["aws"] if not name.startswith("ssm.")] == ["dynamodb.UpdateItem"]


def test_a_second_execution_is_added_and_its_flow_gets_the_redirect(call: StudioCall) -> None:
    call.link()
    second, flow = new_sid("FN"), new_sid("FW")
    call.platform.advance(1)
    call.link(second, flow)
    call.link()
    record = call.get()
    assert record is not None
    assert [item["executionSid"] for item in record["executions"]] == [call.execution_sid, second]
    assert call.status("in-progress").header("location") == call.location(flow)


@pytest.mark.parametrize("field", ["callSid", "executionSid", "flowSid"])
@pytest.mark.parametrize("value", ["", "CA123", "FX" + "0" * 32, "é"])
def test_an_invalid_sid_is_named(call: StudioCall, field: str, value: str) -> None:
    answer = call.caller.signed_post("/widget-store-studio-data", {**call.link_fields(), field: value})
    assert answer.status == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert call.get() is None


def test_a_link_without_a_signature_is_not_stored(call: StudioCall) -> None:
    fields = "&".join(f"{name}={value}" for name, value in call.link_fields().items())
    assert call.caller.get(f"/widget-store-studio-data?{fields}").status == 403
    assert call.get() is None


def test_a_link_that_cannot_be_stored_is_published_instead(call: StudioCall) -> None:
    call.in_studio(call.walk("greeting"))
    call.caller.local("POST", "/aws/faults", {"match": "dynamodb.UpdateItem", "times": 3})
    assert call.link().status == 200
    call.status("completed")
    assert [step["widget"] for step in call.recorded()["steps"]] == ["Trigger", "greeting"]


def test_a_flow_continues_although_its_link_is_lost(call: StudioCall) -> None:
    for service in ("dynamodb", "events", "sqs"):
        call.caller.local("POST", "/aws/faults", {"match": service, "times": 9})
    answer = call.link()
    assert (answer.status, answer.json()["success"]) == (200, False)

"""Flows in the stand-in's Studio API: validation, revisions, and which of them a call follows."""

import json
from dataclasses import replace
from typing import Any

import pytest
from twilio.base.values import unset
from twilio.rest.studio.v2.flow import FlowInstance
from twilio.rest.studio.v2.flow.flow_revision import FlowRevisionInstance

from local.template.parameters import ACCOUNT_SID, STUDIO_NUMBER
from tests.integration.twilio.app import World, heard

FLOW = dict[str, Any]


def say(text: str, **more: Any) -> FLOW:
    """Return a flow that says a text."""
    trigger = {
        "name": "Trigger",
        "type": "trigger",
        "properties": {},
        "transitions": [{"event": "incomingCall", "next": "hello"}],
    }
    hello = {
        "name": "hello",
        "type": "say-play",
        "properties": {"say": text, "language": "en-US", "loop": 1},
        "transitions": [{"event": "audioComplete"}],
    }
    return {
        "description": "Says a text",
        "initial_state": "Trigger",
        "flags": {"allow_concurrent_calls": True},
        "states": [trigger, hello | more],
    }


def api(world: World, method: str, path: str = "", **form: Any) -> tuple[int, Any]:
    fields = {name: json.dumps(one) if isinstance(one, dict) else one for name, one in form.items()}
    return world.api(method, f"/v2/Flows{path}", fields, host="studio.twilio.com")


def created(world: World, definition: FLOW, status: str = "published", **more: str) -> FLOW:
    code, flow = api(world, "POST", FriendlyName="Hello", Status=status, Definition=definition, **more)
    assert code == 201
    found: FLOW = flow
    return found


def call(world: World, flow: FLOW) -> list[str]:
    """Return what a caller of the flow hears."""
    number = world.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    world.stand_in.account.numbers.add(replace(number, voice_url=flow["webhook_url"]))
    return heard(world.call(STUDIO_NUMBER))


def test_a_call_follows_the_latest_published_revision(world: World) -> None:
    flow = created(world, say("One"), CommitMessage="First")
    assert call(world, flow) == ["One"]
    path = f"/{flow['sid']}"
    status, second = api(
        world, "POST", path, Status="published", Definition=say("Two"), CommitMessage="Second"
    )
    assert (status, second["revision"], second["commit_message"]) == (200, 2, "Second")
    api(world, "POST", path, Status="draft", Definition=say("Three"))
    assert call(world, flow) == ["Two"]
    _, latest = api(world, "GET", path)
    assert (latest["revision"], latest["status"], latest["definition"]) == (3, "draft", say("Three"))
    _, listed = api(world, "GET", f"{path}/Revisions")
    assert [one["revision"] for one in listed["revisions"]] == [3, 2, 1]
    _, published = api(world, "GET", f"{path}/Revisions/LatestPublished")
    assert (published["revision"], published["definition"]) == (2, say("Two"))
    assert api(world, "GET", f"{path}/Revisions/1")[1]["commit_message"] == "First"
    assert api(world, "GET", f"{path}/Revisions/9")[0] == 404
    assert api(world, "GET", f"{path}/Revisions/newest")[1]["code"] == 81021


def test_a_call_in_progress_stays_in_its_revision(world: World) -> None:
    definition = say("One")
    definition["states"][1] |= {
        "type": "gather-input-on-call",
        "transitions": [{"event": event} for event in ("keypress", "speech")]
        + [{"event": "timeout", "next": "hello"}],
        "properties": {"say": "One", "timeout": 5},
    }
    flow = created(world, definition)
    number = world.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    world.stand_in.account.numbers.add(replace(number, voice_url=flow["webhook_url"]))
    placed = world.call(STUDIO_NUMBER)
    api(world, "POST", f"/{flow['sid']}", Status="published", Definition=say("Two"))
    assert heard(world.do(placed, "silence")) == ["One"]


def test_a_flow_that_was_never_published_takes_no_calls(world: World) -> None:
    flow = created(world, say("Hidden"), status="draft")
    assert "Hidden" not in call(world, flow)
    assert 11200 in [alert["code"] for alert in world.stand_in.account.alerts()]


def test_a_deleted_flow_is_not_found(world: World) -> None:
    flow = created(world, say("One"))
    assert api(world, "DELETE", f"/{flow['sid']}") == (204, None)
    assert api(world, "GET", f"/{flow['sid']}")[0] == 404
    assert api(world, "DELETE", f"/{flow['sid']}")[0] == 404


def test_validation_stores_nothing(world: World) -> None:
    before = api(world, "GET")[1]["flows"]
    fields = {"FriendlyName": "Hello", "Status": "published", "Definition": say("One")}
    assert api(world, "POST", "/Validate", **fields) == (200, {"valid": True})
    assert api(world, "GET")[1]["flows"] == before


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"properties": {"say": "One", "waitUrl": "https://x"}}, "#/states/1/properties/waitUrl"),
        ({"properties": {"say": "One", "loop": "1"}}, "#/states/1/properties/loop"),
        ({"transitions": [{"event": "done"}]}, "#/states/1/transitions/0/event"),
        ({"transitions": [{"event": "audioComplete", "next": "nowhere"}]}, "#/states/1/transitions/0/next"),
        ({"name": "Trigger"}, "#/states/0/name"),
        ({"type": "send-to-flex", "properties": {"channel": "TC1"}}, "#/states/1/properties/workflow"),
        (
            {"type": "set-variables", "properties": {"variables": [{"key": "a"}]}},
            "#/states/1/properties/variables",
        ),
    ],
)
@pytest.mark.parametrize("target", ["", "/Validate"])
def test_an_invalid_definition_is_refused_with_the_place_of_each_problem(
    world: World, target: str, change: dict[str, Any], path: str
) -> None:
    fields = {"FriendlyName": "Hello", "Status": "published", "Definition": say("One", **change)}
    status, answer = api(world, "POST", target, **fields)
    assert (status, answer["code"]) == (400, 81022)
    assert path in [one["property_path"] for one in answer["details"]["errors"]]


@pytest.mark.parametrize("missing", ["FriendlyName", "Status", "Definition"])
def test_a_flow_needs_a_name_a_status_and_a_definition(world: World, missing: str) -> None:
    fields = {"FriendlyName": "Hello", "Status": "published", "Definition": say("One")}
    del fields[missing]
    status, answer = api(world, "POST", **fields)
    assert (status, missing in answer["message"]) == (400, True)


@pytest.mark.parametrize("definition", ["{", "[]", "{}", '{"states": [], "initial_state": "Trigger"}'])
def test_what_is_no_definition_is_refused(world: World, definition: str) -> None:
    assert api(world, "POST", FriendlyName="Hello", Status="draft", Definition=definition)[0] == 400


def test_a_widget_that_is_not_played_here_is_named_when_its_flow_is_loaded(world: World) -> None:
    flow = created(world, say("Pay", type="capture-payments", properties={"currency": "usd"}))
    (warning,) = flow["warnings"]
    assert warning == {
        "property_path": "#/states/1",
        "message": "hello: not played here: widgets of type capture-payments",
    }
    assert call(world, flow) == ["The local Studio cannot play the widget hello, of type capture-payments"]
    unknown = created(world, say("{% if x %}{{ x | sha1 }}"))
    assert [one["message"].rpartition(": ")[2] for one in unknown["warnings"]] == [
        "the Liquid tag if",
        "the Liquid filter sha1",
    ]


def test_flows_and_revisions_have_the_fields_of_twilios_openapi_document(world: World) -> None:
    flow = created(world, say("One"))
    assert flow.keys() == _fields(FlowInstance(unset, {}))
    revision = api(world, "GET", f"/{flow['sid']}/Revisions/1")[1]
    assert revision.keys() == _fields(FlowRevisionInstance(unset, {}, "FW" + "0" * 32))
    assert flow["webhook_url"].endswith(f"/v1/Accounts/{ACCOUNT_SID}/Flows/{flow['sid']}")


def test_flows_that_were_created_survive_a_restart(world: World) -> None:
    flow = created(world, say("One"))
    api(world, "POST", f"/{flow['sid']}", Status="published", Definition=say("Two"))
    fresh = World()
    fresh.stand_in.restore(json.loads(json.dumps(world.stand_in.snapshot())))
    assert api(fresh, "GET", f"/{flow['sid']}")[1]["revision"] == 2
    assert call(fresh, flow) == ["Two"]


def test_a_state_of_an_earlier_version_has_executions_alone(world: World) -> None:
    flow = created(world, say("One"))
    call(world, flow)
    executions = world.stand_in.snapshot()["studio"]["executions"]
    for one in executions:
        del one["flow_revision"]
    fresh = World()
    fresh.stand_in.restore({"studio": json.loads(json.dumps(executions))})
    assert list(fresh.stand_in.studio.executions) == [one["sid"] for one in executions]


def _fields(instance: object) -> set[str]:
    return {name for name in vars(instance) if not name.startswith("_")}

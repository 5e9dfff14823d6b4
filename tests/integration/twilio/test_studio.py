"""Studio in the stand-in: calls run through flows, and the API shows their executions."""

from typing import Any

import pytest

from local.http_messages import HttpResponse
from local.template.parameters import ACCOUNT_SID, STUDIO_NUMBER
from local.twilio.studio.flow import RECEPTION
from tests.integration.twilio.app import XML, World

LINK = "/widget-store-studio-data"
STATUS = "/pn-call-status-callback"
WEBHOOK = f"https://webhooks.twilio.com/v1/Accounts/{ACCOUNT_SID}/Flows/{RECEPTION}"


@pytest.fixture
def studio(world: World) -> World:
    """An application that takes links and sends status callbacks on to the flow."""
    json = (("Content-Type", "application/json"),)
    world.app.pages[LINK] = HttpResponse(200, json, b'{"success": true}')
    world.app.pages[STATUS] = HttpResponse(302, (("location", WEBHOOK),))
    return world


def api(world: World, path: str = "", method: str = "GET", **options: Any) -> tuple[int, Any]:
    return world.api(method, f"/v2/Flows{path}", host="studio.twilio.com", **options)


def execution_of(world: World, call: dict[str, Any]) -> dict[str, Any]:
    assert world.stand_in.account.tasks.wait(5)
    _, listed = api(world, f"/{RECEPTION}/Executions")
    found: dict[str, Any] = next(e for e in listed["executions"] if e["initiated_by"] == call["sid"])
    return found


def steps_of(world: World, execution: dict[str, Any]) -> list[dict[str, Any]]:
    _, listed = api(world, f"/{RECEPTION}/Executions/{execution['sid']}/Steps")
    return list(reversed(listed["steps"]))


def test_the_execution_of_a_call_is_active_until_the_flow_receives_the_end_of_the_call(studio: World) -> None:
    call = studio.call(STUDIO_NUMBER)
    execution = execution_of(studio, call)
    assert (execution["status"], execution["contact_channel_address"]) == ("active", call["from"])
    studio.do(call, "hangup")
    assert execution_of(studio, call)["status"] == "ended"
    steps = steps_of(studio, execution)
    assert (steps[0]["transitioned_from"], steps[0]["name"]) == ("Trigger", "incomingCall")
    assert [steps[-1][field] for field in ("transitioned_from", "name", "transitioned_to")] == [
        "menu",
        "hangup",
        "Ended",
    ]


def test_a_flow_calls_the_application_with_the_sids_of_its_execution(studio: World) -> None:
    call = studio.call(STUDIO_NUMBER)
    (request,) = studio.app.asked(LINK)
    assert request.signed
    assert request.params == {
        "callSid": call["sid"],
        "executionSid": execution_of(studio, call)["sid"],
        "flowSid": RECEPTION,
    }


def test_a_failed_http_request_takes_the_failed_transition(studio: World) -> None:
    studio.app.pages[LINK] = HttpResponse(500)
    call = studio.call(STUDIO_NUMBER)
    steps = steps_of(studio, execution_of(studio, call))
    assert (steps[1]["name"], steps[1]["transitioned_to"]) == ("failed", "greeting")
    assert studio.stand_in.account.alerts()[-1]["code"] == 81016


def test_a_subflow_runs_in_its_parents_execution(studio: World) -> None:
    call = studio.call(STUDIO_NUMBER)
    call = studio.do(call, "press", digits="2")
    call = studio.do(call, "say", text="Tuesday", confidence=0.8)
    assert call["status"] == "completed"
    execution = execution_of(studio, call)
    steps = steps_of(studio, execution)
    (parent,) = [step for step in steps if step["transitioned_from"] == "appointment"]
    inner = [step["transitioned_from"] for step in steps if step["parent_step_sid"] == parent["sid"]]
    assert inner == ["Trigger", "which_day", "repeat_day", "booked"]
    _, context = api(studio, f"/{RECEPTION}/Executions/{execution['sid']}/Context")
    assert context["context"]["flow"]["variables"] == {"day": "Tuesday"}
    which_day = context["context"]["widgets"]["appointment"]["widgets"]["which_day"]
    assert which_day == {"SpeechResult": "Tuesday", "Confidence": "0.8"}


def test_without_input_the_timeout_transition_is_taken(studio: World) -> None:
    call = studio.call(STUDIO_NUMBER)
    call = studio.do(call, "silence")
    assert call["status"] == "completed"
    assert [step["name"] for step in steps_of(studio, execution_of(studio, call))][-2:] == [
        "timeout",
        "audioComplete",
    ]


def test_flows_executions_and_steps_can_be_listed_and_fetched(studio: World) -> None:
    call = studio.call(STUDIO_NUMBER)
    execution = execution_of(studio, call)
    _, flows = api(studio)
    assert RECEPTION in [flow["sid"] for flow in flows["flows"]]
    _, flow = api(studio, f"/{RECEPTION}")
    assert (flow["webhook_url"], flow["definition"]["initial_state"]) == (WEBHOOK, "Trigger")
    step = steps_of(studio, execution)[0]
    _, found = api(studio, f"/{RECEPTION}/Executions/{execution['sid']}/Steps/{step['sid']}")
    assert found == step


def test_executions_are_filtered_by_status_and_time(studio: World) -> None:
    execution = execution_of(studio, studio.call(STUDIO_NUMBER))

    def listed(query: str) -> list[str]:
        _, answer = api(studio, f"/{RECEPTION}/Executions", query=query)
        return [item["sid"] for item in answer["executions"]]

    assert listed("status=active") == [execution["sid"]]
    assert listed("status=ended") == []
    assert listed(f"DateCreatedFrom={execution['date_created']}") == [execution["sid"]]
    assert listed(f"DateCreatedTo={execution['date_created']}") == []
    assert listed("DateCreatedTo=2199-01-01T00:00:00Z") == [execution["sid"]]
    assert listed("DateCreatedFrom=2099-01-01T00:00:00Z") == []
    assert api(studio, f"/{RECEPTION}/Executions", query="DateCreatedFrom=yesterday")[0] == 400


def test_steps_are_listed_in_pages_newest_first(studio: World) -> None:
    execution = execution_of(studio, studio.call(STUDIO_NUMBER))
    _, page = api(studio, f"/{RECEPTION}/Executions/{execution['sid']}/Steps", query="PageSize=2")
    assert [step["transitioned_from"] for step in page["steps"]] == ["greeting", "link"]
    assert page["meta"]["next_page_url"].startswith("https://studio.twilio.com/")


def test_the_only_status_that_can_be_set_on_an_execution_is_ended(studio: World) -> None:
    execution = execution_of(studio, studio.call(STUDIO_NUMBER))
    path = f"/{RECEPTION}/Executions/{execution['sid']}"
    assert api(studio, path, "POST", form={"Status": "active"})[0] == 400
    status, ended = api(studio, path, "POST", form={"Status": "ended"})
    assert (status, ended["status"]) == (200, "ended")


@pytest.mark.parametrize(
    "path",
    [
        "/FW" + "0" * 32,
        f"/{RECEPTION}/Executions/FN" + "0" * 32,
        f"/{RECEPTION}/Executions/FN" + "0" * 32 + "/Context",
        "/FW" + "0" * 32 + "/Executions",
    ],
)
def test_what_does_not_exist_is_not_found(studio: World, path: str) -> None:
    assert api(studio, path)[0] == 404


def test_the_webhook_of_an_unknown_flow_is_not_found(studio: World) -> None:
    number = studio.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    other = WEBHOOK.replace(RECEPTION, "FW" + "0" * 32)
    studio.stand_in.account.numbers.add(type(number)(**{**number.__dict__, "voice_url": other}))
    assert studio.call(STUDIO_NUMBER)["status"] == "completed"
    assert studio.stand_in.account.alerts()[-1]["code"] == 11200


def test_a_snapshot_restores_executions_and_their_steps(studio: World) -> None:
    execution = execution_of(studio, studio.call(STUDIO_NUMBER))
    fresh = World()
    fresh.stand_in.restore(studio.stand_in.snapshot())
    assert steps_of(fresh, execution) == steps_of(studio, execution)


def test_a_flow_answers_with_a_twiml_document(studio: World) -> None:
    document = studio.stand_in.studio.answer("POST", WEBHOOK, {"CallSid": "CA1", "CallStatus": "ringing"})
    assert (document.status, document.headers) == (200, tuple((n.lower(), v) for n, v in XML))
    assert document.text.startswith('<?xml version="1.0" encoding="UTF-8"?><Response>')

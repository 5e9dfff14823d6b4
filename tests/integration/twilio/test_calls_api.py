"""Calls through the REST API: creating, answering, reporting, redirecting and ending them."""

from typing import Any

import pytest

from tests.integration.twilio.app import NUMBER, PERSON, World, heard

URL = "https://switchboard.test/outbound"
EVENTS = ["initiated", "ringing", "answered", "completed"]


def place(world: World, **form: Any) -> dict[str, Any]:
    world.twiml("/progress", "")
    fields = {"To": PERSON, "From": NUMBER, "Url": URL} | form
    status, call = world.api("POST", "Calls.json", {k: v for k, v in fields.items() if v is not None})
    assert status == 201, call
    assert call["status"] == "queued"
    return dict(call)


def progress(world: World) -> list[str]:
    assert world.stand_in.account.tasks.wait(10)
    return [request.params["CallStatus"] for request in world.app.asked("/progress")]


def test_a_phone_that_is_called_answers_and_hears_the_document(world: World) -> None:
    world.twiml("/outbound", "<Say>Good morning</Say><Gather numDigits='1'/>")
    call = world.look(place(world))
    assert heard(call) == ["Good morning"]
    (request,) = world.app.asked("/outbound")
    assert request.signed
    expected = {"Direction": "outbound-api", "CallStatus": "in-progress", "From": NUMBER, "To": PERSON}
    assert expected.items() <= request.params.items()
    assert "AnsweredBy" not in request.params


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"To": "555"}, 21211),
        ({"From": "2025550100"}, 21212),
        ({"From": "+12025550199"}, 21210),
        ({"From": "client:ada"}, 21212),
        ({"Url": ""}, 21205),
        ({"Url": "/relative"}, 21205),
        ({"Method": "PUT"}, 21209),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"FallbackUrl": "nowhere"}, 21205),
        ({"MachineDetection": "enable"}, 20001),
        ({"MachineDetectionTimeout": "90"}, 20001),
        ({"Timeout": "601"}, 21208),
        ({"AsyncAmd": "yes"}, 20001),
        ({"Url": "", "Twiml": "<Response>" + " " * 4000 + "</Response>"}, 32018),
        ({"ApplicationSid": "AP" + "0" * 32}, 21218),
    ],
)
def test_an_invalid_request_is_refused_with_twilios_error_code(
    world: World, changes: dict, code: int
) -> None:
    form = {"To": PERSON, "From": NUMBER, "Url": URL} | changes
    status, error = world.api("POST", "Calls.json", form)
    assert (status, error["code"]) == (400, code)
    assert world.stand_in.calls.all() == []


def test_a_call_can_be_created_with_inline_twiml(world: World) -> None:
    world.twiml("/next", "<Say>Bye</Say>")
    twiml = "<Response><Say>Hi</Say><Redirect>https://switchboard.test/next</Redirect></Response>"
    assert heard(world.look(place(world, Url=None, Twiml=twiml))) == ["Hi", "Bye"]


def test_a_relative_url_in_inline_twiml_cannot_be_requested(world: World) -> None:
    twiml = "<Response><Redirect>/next</Redirect></Response>"
    call = world.look(place(world, Url=None, Twiml=twiml))
    assert [e["code"] for e in call["transcript"] if e["kind"] == "error"] == [11100]


def test_the_progress_of_a_call_is_reported_in_order(world: World) -> None:
    world.twiml("/outbound", "<Say>Hi</Say>")
    callback = {"StatusCallback": "https://switchboard.test/progress", "StatusCallbackEvent": EVENTS}
    world.look(place(world, **callback))
    assert progress(world) == ["initiated", "ringing", "in-progress", "completed"]
    requests = world.app.asked("/progress")
    assert all(request.signed for request in requests)
    assert [request.params["SequenceNumber"] for request in requests] == ["0", "1", "2", "3"]
    assert {request.params["CallbackSource"] for request in requests} == {"call-progress-events"}
    assert "CallDuration" in requests[-1].params


def test_only_the_end_of_a_call_is_reported_by_default(world: World) -> None:
    world.twiml("/outbound", "<Say>Hi</Say>")
    world.look(place(world, StatusCallback="https://switchboard.test/progress"))
    assert progress(world) == ["completed"]


def test_an_invalid_event_name_disables_the_status_callback_as_at_twilio(world: World) -> None:
    world.twiml("/outbound", "<Say>Hi</Say>")
    callback = {
        "StatusCallback": "https://switchboard.test/progress",
        "StatusCallbackEvent": "initiated ringing",
    }
    world.look(place(world, **callback))
    assert progress(world) == []
    assert world.stand_in.account.alerts()[0]["code"] == 21626


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
def test_a_call_that_nobody_answers_ends_with_its_reason_and_without_a_document(
    world: World, status: str
) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": status})
    call = place(world, StatusCallback="https://switchboard.test/progress", StatusCallbackEvent=EVENTS)
    ended = world.look(call)
    assert ended["status"] == status
    assert progress(world)[-1] == status
    assert world.app.asked("/outbound") == []
    assert world.api("GET", f"Calls/{call['sid']}.json")[1]["duration"] == "0"


@pytest.mark.parametrize(
    ("behaviour", "detection", "found"),
    [
        ({"calls": "answer"}, "Enable", "human"),
        ({"calls": "voicemail"}, "Enable", "machine_start"),
        ({"calls": "voicemail"}, "DetectMessageEnd", "machine_end_beep"),
        ({"calls": "answer", "answeredBy": "fax"}, "Enable", "fax"),
        ({"calls": "answer", "answeredBy": "unknown"}, "DetectMessageEnd", "unknown"),
    ],
)
def test_the_result_of_machine_detection_is_sent_with_the_first_webhook(
    world: World, behaviour: dict, detection: str, found: str
) -> None:
    world.phone("PUT", f"/phones/{PERSON}", behaviour)
    world.twiml("/outbound", "<Redirect>/more</Redirect>")
    world.twiml("/more", "<Hangup/>")
    place_form = {"MachineDetection": detection, "StatusCallback": "https://switchboard.test/progress"}
    call = world.look(place(world, **place_form))
    assert world.app.asked("/outbound")[0].params["AnsweredBy"] == found
    assert "AnsweredBy" not in world.app.asked("/more")[0].params
    assert progress(world) == ["completed"]
    assert world.app.asked("/progress")[0].params["AnsweredBy"] == found
    assert call["answeredBy"] == found


def test_the_result_of_asynchronous_machine_detection_is_sent_to_its_own_callback(world: World) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "voicemail"})
    world.twiml("/outbound", "<Say>Hi</Say>")
    world.twiml("/amd", "")
    detection = {
        "MachineDetection": "Enable",
        "AsyncAmd": "true",
        "AsyncAmdStatusCallback": "https://switchboard.test/amd",
    }
    world.look(place(world, **detection))
    assert world.stand_in.account.tasks.wait(10)
    assert "AnsweredBy" not in world.app.asked("/outbound")[0].params
    (request,) = world.app.asked("/amd")
    assert request.signed
    assert request.params["AnsweredBy"] == "machine_start"


def test_voicemail_records_for_a_limited_time_and_hangs_up(world: World) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "voicemail"})
    world.twiml("/outbound", "<Gather timeout='60'/><Redirect>/outbound</Redirect>")
    call = world.look(place(world))
    assert call["transcript"][-1]["by"] == "phone"
    assert len(world.app.asked("/outbound")) == 4


def test_a_phone_rings_until_it_is_answered(world: World) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "ring"})
    world.twiml("/outbound", "<Say>Hi</Say>")
    call = world.look(place(world))
    assert call["listening"] == {"verb": "ring", "from": NUMBER}
    assert world.app.asked("/outbound") == []
    assert heard(world.do(call, "answer")) == ["Hi"]


def test_a_call_ends_when_it_is_declined_or_rings_too_long(world: World) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "ring"})
    assert world.do(world.look(place(world)), "decline")["status"] == "busy"
    call = world.look(place(world, Timeout="20"))
    world.clock.advance(20)
    assert world.look(call)["status"] == "no-answer"


def test_a_ringing_call_can_be_canceled(world: World) -> None:
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "ring"})
    call = world.look(place(world))
    status, _ = world.api("POST", f"Calls/{call['sid']}.json", {"Status": "canceled"})
    assert status == 200
    assert world.look(call)["finished"]
    assert world.look(call)["status"] == "canceled"


def test_a_call_can_be_redirected(world: World) -> None:
    world.twiml("/outbound", "<Gather/>")
    world.twiml("/elsewhere", "<Say>Over here</Say><Gather/>")
    call = world.look(place(world))
    world.api("POST", f"Calls/{call['sid']}.json", {"Url": "https://switchboard.test/elsewhere"})
    assert heard(world.look(call)) == ["Over here"]
    world.api("POST", f"Calls/{call['sid']}.json", {"Twiml": "<Response><Say>Bye</Say></Response>"})
    assert heard(world.look(call)) == ["Over here", "Bye"]
    assert world.look(call)["finished"]


def test_a_call_can_be_ended(world: World) -> None:
    world.twiml("/outbound", "<Gather/>")
    call = world.look(place(world))
    world.api("POST", f"Calls/{call['sid']}.json", {"Status": "completed"})
    assert world.look(call)["transcript"][-1]["by"] == "api"
    for form in ({"Status": "completed"}, {"Url": URL}):
        status, error = world.api("POST", f"Calls/{call['sid']}.json", form)
        assert (status, error["code"]) == (400, 21220)


def test_calls_are_listed_and_fetched(world: World) -> None:
    world.twiml("/outbound", "<Say>Hi</Say>")
    call = place(world)
    world.look(call)
    _, listed = world.api("GET", "Calls.json", query="Status=completed&To=%2B12025550142")
    assert [one["sid"] for one in listed["calls"]] == [call["sid"]]
    _, fetched = world.api("GET", f"Calls/{call['sid']}.json")
    assert fetched["status"] == "completed"
    assert fetched["end_time"].endswith("+0000")
    assert "annotation" not in fetched
    assert world.api("GET", "Calls/CA0.json")[1]["code"] == 20404


def test_a_failed_status_callback_is_logged_as_a_warning(world: World) -> None:
    world.twiml("/outbound", "<Say>Hi</Say>")
    call = place(world, StatusCallback="https://switchboard.test/gone")
    assert world.look(call)["status"] == "completed"
    assert [alert["code"] for alert in world.stand_in.account.alerts()] == [15003]

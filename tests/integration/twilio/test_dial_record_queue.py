"""<Dial>, <Record>, <Enqueue>, <Leave> and <Refer>."""

from typing import Any

import pytest

from local.http_messages import LocalError
from local.twilio.numbers import Number
from tests.integration.twilio.app import World, heard, kinds

OTHER = "+12025550188"


@pytest.fixture(autouse=True)
def _quiet(world: World) -> None:
    world.serve(status="<Response/>")
    world.twiml("/after", "<Say>After</Say>")


def start(world: World, verbs: str) -> dict[str, Any]:
    world.twiml("/voice/survey", verbs)
    return world.call()


def after(world: World) -> dict[str, str]:
    (request,) = world.app.asked("/after")
    assert request.signed
    return dict(request.params)


def test_a_dialed_call_lasts_until_the_other_side_hangs_up(world: World) -> None:
    call = start(world, f"<Dial action='/after'>{OTHER}</Dial><Say>never</Say>")
    assert call["listening"]["verb"] == "Dial"
    world.do(call, "say", text="Hello?")
    ended = world.do(call, "other-side", result="completed", seconds=42)
    assert heard(ended) == ["After"]
    params = after(world)
    assert (params["DialCallStatus"], params["DialCallDuration"]) == ("completed", "42")
    child = world.api("GET", f"Calls/{params['DialCallSid']}.json")[1]
    assert (child["direction"], child["status"], child["to"]) == ("outbound-dial", "completed", OTHER)
    assert child["parent_call_sid"] == call["sid"]


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
def test_dial_reports_why_nobody_answered(world: World, status: str) -> None:
    world.phone("PUT", f"/phones/{OTHER}", {"calls": status})
    start(world, f"<Dial action='/after'><Number>{OTHER}</Number></Dial>")
    assert after(world)["DialCallStatus"] == status


def test_dial_without_an_action_continues_with_the_next_verb(world: World) -> None:
    call = start(world, f"<Dial>{OTHER}</Dial><Say>Bye</Say>")
    assert heard(world.do(call, "silence")) == ["Bye"]


def test_dial_connects_the_first_address_that_answers(world: World) -> None:
    world.phone("PUT", f"/phones/{OTHER}", {"calls": "busy"})
    call = start(world, f"<Dial><Number>{OTHER}</Number><Client>ada</Client></Dial>")
    assert [e["to"] for e in call["transcript"] if e["kind"] == "connected"] == ["client:ada"]


def test_the_status_of_dialed_calls_is_reported(world: World) -> None:
    world.twiml("/leg", "")
    events = "initiated ringing answered completed"
    call = start(
        world,
        f"<Dial><Number statusCallback='/leg' statusCallbackEvent='{events}'>{OTHER}</Number></Dial>",
    )
    world.do(call, "silence")
    assert world.stand_in.account.tasks.wait(10)
    legs = world.app.asked("/leg")
    assert [leg.params["CallStatus"] for leg in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert {leg.params["ParentCallSid"] for leg in legs} == {call["sid"]}


def test_the_called_side_can_hear_a_document_before_it_is_connected(world: World) -> None:
    world.twiml("/whisper", "<Say>A survey call</Say>")
    call = start(world, f"<Dial><Number url='/whisper'>{OTHER}</Number></Dial>")
    assert "A survey call" in [entry.get("text") for entry in call["transcript"]]
    assert heard(call) == []


def test_the_document_for_the_called_side_can_hang_up(world: World) -> None:
    world.twiml("/whisper", "<Hangup/>")
    start(world, f"<Dial action='/after'><Number url='/whisper'>{OTHER}</Number></Dial>")
    assert after(world)["DialCallStatus"] == "no-answer"


def test_a_caller_who_hangs_up_ends_the_dial(world: World) -> None:
    call = start(world, f"<Dial action='/after'>{OTHER}</Dial>")
    ended = world.do(call, "hangup")
    assert heard(ended) == []
    assert after(world)["CallStatus"] == "completed"


def test_a_redirected_call_leaves_the_dial_and_its_action_is_requested(world: World) -> None:
    world.twiml("/elsewhere", "<Say>Elsewhere</Say>")
    call = start(world, f"<Dial action='/after'>{OTHER}</Dial>")
    world.api("POST", f"Calls/{call['sid']}.json", {"Url": "https://switchboard.test/elsewhere"})
    assert heard(world.look(call)) == ["Elsewhere"]
    assert after(world)["CallStatus"] == "in-progress"


def test_the_star_key_leaves_the_dial_where_hanguponstar_is_set(world: World) -> None:
    call = start(world, f"<Dial hangupOnStar='true' action='/after'>{OTHER}</Dial>")
    world.do(call, "press", digits="1")
    assert heard(world.do(call, "press", digits="*")) == ["After"]


@pytest.mark.parametrize("noun", ["<Conference>Room</Conference>", "<Queue>support</Queue>"])
def test_a_conference_or_queue_can_be_dialed_without_a_called_side(world: World, noun: str) -> None:
    call = start(world, f"<Dial action='/after'>{noun}</Dial>")
    world.do(call, "silence")
    assert "DialCallSid" not in after(world)


@pytest.mark.parametrize(
    "verbs",
    [
        "<Dial/>",
        "<Dial>call me</Dial>",
        "<Dial><Sip>ada@a.test</Sip></Dial>",
        "<Dial timeout='0'>+12025550188</Dial>",
    ],
)
def test_a_dial_without_an_address_is_an_error(world: World, verbs: str) -> None:
    assert "error" in kinds(start(world, verbs))


def test_a_recording_keeps_the_words_that_were_said(world: World) -> None:
    world.twiml("/transcribed", "")
    world.twiml("/recorded", "")
    call = start(
        world,
        "<Record action='/after' transcribe='true' transcribeCallback='/transcribed' "
        "recordingStatusCallback='/recorded'/>",
    )
    world.do(call, "say", text="Please call me back about my appointment.")
    assert heard(world.do(call, "press", digits="#")) == ["After"]
    params = after(world)
    assert params["Digits"] == "#"
    assert int(params["RecordingDuration"]) > 0
    assert params["RecordingUrl"].endswith(params["RecordingSid"])
    assert world.stand_in.account.tasks.wait(10)
    (transcribed,) = world.app.asked("/transcribed")
    assert transcribed.params["TranscriptionText"] == "Please call me back about my appointment."
    (recorded,) = world.app.asked("/recorded")
    assert recorded.params["RecordingStatus"] == "completed"
    status, audio = world.api("GET", f"Recordings/{params['RecordingSid']}.mp3")
    assert status == 200
    assert audio.startswith(b"\xff\xfb")
    assert world.api("GET", f"Recordings/{params['RecordingSid']}.json")[1]["call_sid"] == call["sid"]
    assert world.api("DELETE", f"Recordings/{params['RecordingSid']}.json")[0] == 204


def test_without_speech_record_continues_with_the_next_verb(world: World) -> None:
    call = start(world, "<Record action='/after'/><Say>I heard nothing</Say>")
    assert heard(world.do(call, "silence")) == ["I heard nothing"]


def test_a_caller_who_hangs_up_ends_the_recording(world: World) -> None:
    call = start(world, "<Record action='/after'/>")
    world.do(call, "say", text="Hello")
    world.do(call, "hangup")
    params = after(world)
    assert (params["Digits"], params["CallStatus"]) == ("hangup", "completed")


def test_a_queued_call_hears_the_wait_document_until_it_is_taken(world: World) -> None:
    world.twiml("/wait", "<Say>Please hold</Say>")
    call = start(world, "<Enqueue waitUrl='/wait' action='/after'>support</Enqueue>")
    assert call["listening"]["verb"] == "Enqueue"
    assert heard(world.do(call, "silence")) == ["Please hold"]
    assert len(world.app.asked("/wait")) == 2
    assert world.app.asked("/wait")[0].params["QueueSid"].startswith("QU")
    assert heard(world.do(call, "other-side", result="bridged")) == ["After"]
    assert after(world)["QueueResult"] == "bridged"


def test_a_queued_call_is_taken_although_the_wait_document_listens(world: World) -> None:
    world.twiml("/wait", "<Gather numDigits='1' action='/out'><Say>Press one to leave</Say></Gather>")
    call = start(world, "<Enqueue waitUrl='/wait' action='/after'>support</Enqueue>")
    assert call["listening"]["verb"] == "Gather"
    assert heard(world.do(call, "other-side", result="bridged")) == ["After"]
    assert after(world)["QueueResult"] == "bridged"
    assert world.app.asked("/out") == []


def test_outside_a_queue_nobody_takes_a_call_that_listens(world: World) -> None:
    call = start(world, "<Gather/>")
    with pytest.raises(LocalError, match="is in <Gather>"):
        world.do(call, "other-side", result="bridged")


def test_leave_takes_a_call_out_of_its_queue(world: World) -> None:
    world.twiml("/wait", "<Gather numDigits='1' action='/out'><Say>Press one to leave</Say></Gather>")
    world.twiml("/out", "<Leave/>")
    call = start(world, "<Enqueue waitUrl='/wait'>support</Enqueue><Say>Goodbye</Say>")
    assert heard(world.do(call, "press", digits="1")) == ["Goodbye"]


def test_a_caller_who_hangs_up_in_the_queue_is_reported_to_the_action(world: World) -> None:
    call = start(world, "<Enqueue workflowSid='WW" + "0" * 32 + "' action='/after'><Task>{}</Task></Enqueue>")
    world.do(call, "hangup")
    assert after(world)["QueueResult"] == "hangup"


def test_a_redirected_call_leaves_the_queue(world: World) -> None:
    world.twiml("/elsewhere", "<Record action='/after'/>")
    call = start(world, "<Enqueue action='/told'>support</Enqueue>")
    world.twiml("/told", "")
    world.api("POST", f"Calls/{call['sid']}.json", {"Url": "https://switchboard.test/elsewhere"})
    assert world.look(call)["listening"]["verb"] == "Record"
    assert world.app.asked("/told")[0].params["QueueResult"] == "redirected"


def test_record_is_an_error_in_the_document_of_a_queue(world: World) -> None:
    world.twiml("/wait", "<Record/>")
    call = start(world, "<Enqueue waitUrl='/wait'>support</Enqueue>")
    assert "error" in kinds(call)
    assert call["listening"]["verb"] == "Enqueue"


def test_leave_outside_a_queue_does_nothing(world: World) -> None:
    assert heard(start(world, "<Leave/><Say>Still here</Say>")) == ["Still here"]


def test_refer_transfers_a_sip_call(world: World) -> None:
    domain = Number("sip:desk.sip.test", "SD" + "0" * 32, "Desks", voice_url="https://switchboard.test/sip")
    world.stand_in.account.numbers.add(domain)
    world.twiml("/sip", "<Refer action='/after'><Sip>sip:lee@pbx.test</Sip></Refer>")
    call = world.call("sip:4321@desk.sip.test", "sip:ada@desk.sip.test", params={"SipHeader_X-Site": "north"})
    (request,) = world.app.asked("/sip")
    assert request.params["SipDomain"] == "desk.sip.test"
    assert request.params["To"] == "sip:4321@desk.sip.test"
    assert request.params["SipHeader_X-Site"] == "north"
    world.do(call, "other-side", result="completed")
    assert after(world)["ReferCallStatus"] == "in-progress"


def test_only_sip_calls_can_be_referred(world: World) -> None:
    assert "error" in kinds(start(world, "<Refer><Sip>sip:lee@pbx.test</Sip></Refer>"))


def test_an_action_that_the_call_does_not_wait_for_is_refused(world: World) -> None:
    call = start(world, "<Gather/>")
    status, error = world.http("POST", f"/_local/phone/calls/{call['sid']}/answer", {})
    assert (status, error["message"]) == (409, "The call is in <Gather>, not in ring")

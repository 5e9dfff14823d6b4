"""TwiML documents: fetching, the order of verbs, and errors."""

import pytest

from local.http_messages import HttpResponse
from local.twilio.voice.executor import APOLOGY, MOST_DOCUMENTS
from local.twilio.webhook import WebhookFailed
from tests.integration.twilio.app import PERSON, XML, World, heard, kinds


def errors(call: dict) -> list[int]:
    return [entry["code"] for entry in call["transcript"] if entry["kind"] == "error"]


def test_verbs_run_in_order_and_the_call_ends_after_the_last(world: World) -> None:
    world.twiml(
        "/voice/survey", "<Say>One</Say><Pause/><Play loop='2'>https://a.test/x.mp3</Play><Say>Two</Say>"
    )
    call = world.call()
    assert kinds(call) == ["status", "webhook", "status", "say", "pause", "play", "say", "ended"]
    assert call["status"] == "completed"
    assert call["transcript"][-1]["by"] == "app"


def test_the_first_webhook_has_twilios_parameters(world: World) -> None:
    world.twiml("/voice/survey", "<Hangup/>")
    call = world.call()
    (request,) = world.app.asked("/voice/survey")
    assert request.signed
    assert request.headers["i-twilio-idempotency-token"]
    assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
    expected = {
        "CallSid": call["sid"],
        "AccountSid": world.stand_in.account.sid,
        "From": PERSON,
        "Caller": PERSON,
        "To": "+12025550100",
        "Called": "+12025550100",
        "Direction": "inbound",
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "FromCountry": "US",
        "CallerCity": "",
    }
    assert expected.items() <= request.params.items()


def test_a_withheld_number_is_sent_as_twilios_anonymous_number(world: World) -> None:
    world.twiml("/voice/survey", "<Hangup/>")
    world.call(sender="anonymous")
    assert world.app.requests[0].params["From"] == "+266696687"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("next", "https://switchboard.test/voice/next"),
        ("/next?x=1&amp;y=", "https://switchboard.test/next?x=1&y="),
        ("?again=1", "https://switchboard.test/voice/survey?again=1"),
        ("https://switchboard.test/far", "https://switchboard.test/far"),
        (" /spaced ", "https://switchboard.test/spaced"),
    ],
)
def test_a_relative_redirect_is_resolved_against_its_document(world: World, reference: str, url: str) -> None:
    pages = iter([f"<Response><Redirect>{reference}</Redirect></Response>"])
    world.serve(voice=lambda _: next(pages, "<Response/>"))
    for path in ("/voice/next", "/next", "/far", "/spaced"):
        world.twiml(path, "<Say>There</Say>")
    world.call()
    followed = world.app.requests[1]
    assert followed.url == url
    assert followed.signed
    assert followed.method == "POST"


def test_redirect_can_use_get(world: World) -> None:
    world.twiml("/voice/survey", "<Redirect method='GET'>/next</Redirect><Say>never</Say>")
    world.twiml("/next", "<Say>There</Say>")
    call = world.call()
    assert heard(call) == ["There"]
    assert world.app.asked("/next")[0].method == "GET"


def test_a_plain_text_answer_is_spoken(world: World) -> None:
    world.serve(voice=HttpResponse(200, (("Content-Type", "text/plain"),), b"Hello there"))
    assert heard(world.call()) == ["Hello there"]


def test_an_audio_answer_is_played(world: World) -> None:
    world.serve(voice=HttpResponse(200, (("Content-Type", "audio/mpeg"),), b"\xff\xfb"))
    assert "play" in kinds(world.call())


def test_an_empty_answer_ends_the_call(world: World) -> None:
    world.serve(voice=HttpResponse(204))
    assert world.call()["status"] == "completed"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<Response><Say>&b;</Say></Response>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    "<Response><Say>&f;</Say></Response>"
)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<Response><Say>oops</Response>", 12100),
        ("no xml at all", 12100),
        ("\n<?xml version='1.0'?><Response/>", 12100),
        ("<response/>", 12100),
        ("<Response><Speak>hm</Speak></Response>", 12200),
        ("<Response><say>hm</say></Response>", 12200),
        ("<Response><Connect/></Response>", 12200),
        ("<Response><Redirect/></Response>", 11100),
        ("<Response><Redirect>http://</Redirect></Response>", 11100),
        ("<Response><Redirect>ftp://switchboard.test/x</Redirect></Response>", 11100),
        (f"<Response><Say>{'x' * 4097}</Say></Response>", 13520),
        (f"<Response><!-- {'x' * 65536} --></Response>", 11750),
        (BOMB, 12100),
        (EXTERNAL, 12100),
        ("<Response>" + "<Say>" * 100 + "</Say>" * 100 + "</Response>", 12100),
        (HttpResponse(404), 11200),
        (HttpResponse(500, XML, b"<Response/>"), 11200),
        (HttpResponse(200, (("Content-Type", "application/json"),), b"{}"), 12300),
        (ConnectionRefusedError("nobody there"), 11205),
        (RuntimeError("a bug of ours"), 11200),
    ],
)
def test_after_a_broken_document_the_caller_hears_an_apology_and_the_call_ends(
    world: World, page: object, code: int
) -> None:
    world.serve(voice=page, status="<Response/>")  # type: ignore[arg-type]
    call = world.call()
    assert errors(call) == [code]
    assert heard(call) == [APOLOGY]
    assert call["status"] == "completed"
    assert world.stand_in.account.alerts()[-1]["code"] == code


def test_the_fallback_url_receives_the_error(world: World) -> None:
    numbers = world.stand_in.account.numbers
    status, _ = world.api(
        "POST",
        f"IncomingPhoneNumbers/{numbers.numbers['+12025550100'].sid}.json",
        {"VoiceFallbackUrl": "https://switchboard.test/fallback"},
    )
    assert status == 200
    world.serve(voice=HttpResponse(503))
    world.twiml("/fallback", "<Say>Try later</Say>")
    assert heard(world.call()) == ["Try later"]
    (request,) = world.app.asked("/fallback")
    assert request.params["ErrorCode"] == "11200"
    assert request.params["ErrorUrl"] == "https://switchboard.test/voice/survey"


def test_a_failed_fallback_is_not_requested_again(world: World) -> None:
    sid = world.stand_in.account.numbers.numbers["+12025550100"].sid
    url = "https://switchboard.test/fallback"
    world.api("POST", f"IncomingPhoneNumbers/{sid}.json", {"VoiceFallbackUrl": url})
    world.serve(voice=HttpResponse(503), fallback=HttpResponse(503))
    assert heard(world.call()) == [APOLOGY]
    assert len(world.app.asked("/fallback")) == 1


def test_a_call_that_redirects_in_circles_is_ended(world: World) -> None:
    world.twiml("/voice/survey", "<Redirect/>".replace("/>", ">/voice/survey</Redirect>"))
    call = world.call()
    assert len(world.app.asked("/voice/survey")) == MOST_DOCUMENTS
    assert call["transcript"][-1]["by"] == "limit"


def test_a_rejected_call_ends_without_being_answered(world: World) -> None:
    world.serve(status="<Response/>")
    for reason, status in (("busy", "busy"), ("rejected", "no-answer")):
        world.twiml("/voice/survey", f"<Reject reason='{reason}'/><Say>never</Say>")
        call = world.call()
        assert call["status"] == status
        assert call["duration"] == 0
        assert heard(call) == []
    assert [r.params["CallStatus"] for r in world.app.asked("/voice/survey/status")] == ["busy", "no-answer"]


def test_reject_after_another_verb_is_ignored(world: World) -> None:
    world.twiml("/voice/survey", "<Say>Hello</Say><Reject/>")
    assert world.call()["status"] == "completed"


def test_the_status_callback_of_the_number_receives_the_end_of_a_call(world: World) -> None:
    world.twiml("/voice/survey", "<Gather/>")
    world.serve(status="<Response/>")
    call = world.call()
    world.clock.advance(4)
    ended = world.do(call, "hangup")
    assert ended["transcript"][-1]["by"] == "phone"
    (request,) = world.app.asked("/voice/survey/status")
    assert request.signed
    assert request.params["CallStatus"] == "completed"
    assert int(request.params["CallDuration"]) >= 4
    assert request.params["Direction"] == "inbound"


def test_ssml_is_spoken_as_its_text(world: World) -> None:
    world.twiml("/voice/survey", '<Say>Call <say-as interpret-as="telephone">555</say-as><break/> now</Say>')
    assert heard(world.call()) == ["Call 555 now"]


def test_a_call_ends_after_four_hours(world: World) -> None:
    world.twiml("/voice/survey", "<Record timeout='100000'/>")
    call = world.call()
    world.clock.advance(4 * 3600 + 1)
    assert world.look(call)["transcript"][-1]["by"] == "limit"


def test_a_failed_webhook_is_described_by_its_code_and_message() -> None:
    failure = WebhookFailed(11200, "no", "https://a.test")
    assert str(failure) == "11200: no"

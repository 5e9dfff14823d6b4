"""Texts from a phone: the webhook's parameters, the answer in TwiML, STOP, START and HELP."""

import pytest

from local.http_messages import HttpResponse, LocalError
from tests.integration.twilio.app import NUMBER, PERSON, World


def test_the_webhook_of_a_text_message_has_twilios_parameters(world: World) -> None:
    world.serve(sms="<Response/>")
    assert world.text("¡Hola!") == []
    (request,) = world.app.asked("/sms/webhook")
    params = request.params
    assert request.signed
    assert params["MessageSid"] == params["SmsSid"] == params["SmsMessageSid"]
    expected = {"From": PERSON, "To": NUMBER, "Body": "¡Hola!", "NumMedia": "0", "NumSegments": "1"}
    assert expected.items() <= params.items()
    assert params["MessagingServiceSid"].startswith("MG")
    assert "OptOutType" not in params
    assert params["FromCity"] == ""


def test_every_message_of_the_answer_arrives_in_order(world: World) -> None:
    world.serve(
        sms="<Response><Message>One</Message><Message><Body>Two\n\nlines</Body>"
        "<Media>/cat.jpg</Media></Message></Response>"
    )
    answer = world.phone("POST", "/texts", {"from": PERSON, "to": NUMBER, "body": "hi"})
    assert [reply["body"] for reply in answer["replies"]] == ["One", "Two\n\nlines"]
    assert answer["replies"][1]["media"] == ["https://switchboard.test/cat.jpg"]
    assert {reply["direction"] for reply in answer["replies"]} == {"outbound-reply"}


def test_redirect_continues_with_the_document_of_another_url(world: World) -> None:
    world.serve(sms="<Response><Message>One</Message><Redirect>/more?x=1</Redirect></Response>")
    world.twiml("/more", "<Message>Two</Message>")
    assert world.text("hi") == ["One", "Two"]
    (request,) = world.app.asked("/more")
    assert request.signed
    assert request.params["Body"] == "hi"


def test_a_plain_text_answer_is_sent_as_one_message(world: World) -> None:
    world.serve(sms=HttpResponse(200, (("Content-Type", "text/plain"),), "Grüß dich".encode()))
    assert world.text("hi") == ["Grüß dich"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<Response><Message>oops</Response>", 12100),
        ("<Response><Say>hello</Say></Response>", 12200),
        ("<Response><Message/></Response>", 14103),
        ("<Response><Message>" + "x" * 1601 + "</Message></Response>", 21617),
        ("<Response><Message>" + "😀" * 801 + "</Message></Response>", 21617),
        ("<Response><Redirect>/sms/webhook</Redirect></Response>", 11215),
        (HttpResponse(500), 11200),
    ],
)
def test_a_broken_answer_sends_nothing_and_raises_an_alert(world: World, page: object, code: int) -> None:
    world.serve(sms=page)  # type: ignore[arg-type]
    assert world.text("hi") == []
    assert world.stand_in.account.alerts()[-1]["code"] == code


def test_the_fallback_url_is_requested_when_the_webhook_fails(world: World) -> None:
    sid = world.stand_in.account.numbers.numbers[NUMBER].sid
    world.api(
        "POST", f"IncomingPhoneNumbers/{sid}.json", {"SmsFallbackUrl": "https://switchboard.test/fallback"}
    )
    world.serve(sms=HttpResponse(500))
    world.twiml("/fallback", "<Message>Sorry</Message>")
    assert world.text("hi") == ["Sorry"]
    assert world.app.asked("/fallback")[0].params["ErrorCode"] == "11200"


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop \n", "Unsubscribe", "CANCEL", "end", "quit", "STOPALL"]
)
def test_a_stop_keyword_is_answered_by_twilio_and_passed_to_the_application(world: World, word: str) -> None:
    world.serve(sms="<Response><Message>never sent</Message></Response>")
    (answer,) = world.text(word)
    assert answer.startswith("You have successfully been unsubscribed")
    assert world.app.requests[-1].params["OptOutType"] == "STOP"
    assert world.stand_in.account.alerts()[-1]["code"] == 21610


def test_start_and_help_are_answered_by_twilio(world: World) -> None:
    world.serve(sms="<Response/>")
    world.text("STOP")
    assert world.text("STOP") == []
    assert world.text("Help") == []
    (back,) = world.text("START")
    assert "re-subscribed" in back
    (helped,) = world.text("HELP")
    assert helped.startswith("Reply STOP")
    types = [request.params.get("OptOutType") for request in world.app.requests]
    assert types == ["STOP", "STOP", "HELP", "START", "HELP"]


def test_yes_opts_in_again_only_after_stop(world: World) -> None:
    world.serve(sms="<Response/>")
    world.text("yes")
    world.text("STOP")
    world.text("yes")
    assert [r.params.get("OptOutType") for r in world.app.requests] == [None, "STOP", "START"]


def test_a_keyword_among_other_words_is_an_ordinary_message(world: World) -> None:
    world.serve(sms="<Response><Message>ok</Message></Response>")
    assert world.text("please stop") == ["ok"]
    assert "OptOutType" not in world.app.requests[-1].params


def test_without_advanced_opt_out_the_webhook_has_no_opt_out_type(world: World) -> None:
    world.serve(sms="<Response><Message>hm</Message></Response>")
    service = next(iter(world.stand_in.account.numbers.services))
    world.phone("PUT", f"/messaging-services/{service}", {"advancedOptOut": False})
    assert len(world.text("STOP")) == 1
    assert "OptOutType" not in world.app.requests[-1].params


def test_a_text_to_an_unknown_number_is_answered_with_404(world: World) -> None:
    with pytest.raises(LocalError) as caught:
        world.text("hi", to="+12025550999")
    assert caught.value.status == 404


def test_a_message_in_twiml_can_have_its_own_status_callback(world: World) -> None:
    world.serve(sms='<Response><Message statusCallback="/delivery">ok</Message></Response>')
    world.twiml("/delivery", "")
    world.text("hi")
    assert world.stand_in.account.tasks.wait(10)
    assert [r.params["MessageStatus"] for r in world.app.asked("/delivery")] == ["sent", "delivered"]

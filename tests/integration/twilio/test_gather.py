"""<Gather>: the end of input, the request to its action, and calls without input."""

import pytest

from tests.integration.twilio.app import World, heard, kinds


def offer(world: World, attributes: str, inner: str = "<Say>Press</Say>") -> dict:
    world.twiml(
        "/voice/survey", f'<Gather action="/next" {attributes}>{inner}</Gather><Say>Nothing came</Say>'
    )
    world.twiml("/next", "<Say>Thank you</Say>")
    world.serve(status="<Response/>")
    return world.call()


def sent(world: World) -> dict[str, str]:
    (request,) = world.app.asked("/next")
    assert request.signed
    return dict(request.params)


def test_input_ends_when_the_number_of_digits_is_reached(world: World) -> None:
    call = world.do(offer(world, 'numDigits="2"'), "press", digits="42")
    assert heard(call) == ["Thank you"]
    assert sent(world)["Digits"] == "42"


def test_digits_can_be_pressed_one_at_a_time(world: World) -> None:
    call = offer(world, 'numDigits="3"')
    for key in "12":
        half = world.do(call, "press", digits=key, more=True)
        assert half["listening"]["verb"] == "Gather"
    assert half["listening"]["digits"] == "12"
    world.do(call, "press", digits="3")
    assert sent(world)["Digits"] == "123"


def test_the_finish_key_ends_the_input_and_is_not_part_of_it(world: World) -> None:
    world.do(offer(world, ""), "press", digits="1234#56", more=True)
    assert sent(world)["Digits"] == "1234"
    assert sent(world)["FinishedOnKey"] == "#"


def test_the_finish_key_can_be_changed(world: World) -> None:
    world.do(offer(world, 'finishOnKey="*"'), "press", digits="1#2*")
    assert sent(world)["Digits"] == "1#2"


def test_without_a_finish_key_every_key_is_part_of_the_input(world: World) -> None:
    world.do(offer(world, 'finishOnKey=""'), "press", digits="1#2")
    assert sent(world)["Digits"] == "1#2"
    assert sent(world)["FinishedOnKey"] == ""


def test_the_finish_key_alone_is_not_input(world: World) -> None:
    call = world.do(offer(world, ""), "press", digits="#")
    assert heard(call) == ["Nothing came"]
    assert not world.app.asked("/next")


def test_digits_followed_by_silence_are_sent(world: World) -> None:
    call = offer(world, "")
    world.do(call, "press", digits="7", more=True)
    world.do(call, "silence")
    assert sent(world)["Digits"] == "7"


def test_without_input_the_next_verb_runs(world: World) -> None:
    call = world.do(offer(world, 'numDigits="1"'), "silence")
    assert heard(call) == ["Nothing came"]
    assert call["status"] == "completed"


def test_without_input_the_action_is_requested_where_actiononemptyresult_is_set(world: World) -> None:
    call = world.do(offer(world, 'actionOnEmptyResult="true"'), "silence")
    assert heard(call) == ["Thank you"]
    assert sent(world)["Digits"] == ""


def test_the_timeout_of_gather_follows_the_platforms_clock(world: World) -> None:
    call = offer(world, 'timeout="8"')
    world.clock.advance(7)
    assert world.look(call)["listening"]["verb"] == "Gather"
    world.clock.advance(1)
    assert heard(world.look(call))[-1] == "Nothing came"


def test_recognized_speech_is_sent_with_its_confidence(world: World) -> None:
    world.do(offer(world, 'input="speech" language="es-MX"'), "say", text="claro que sí", confidence=0.734)
    params = sent(world)
    assert (params["SpeechResult"], params["Confidence"]) == ("claro que sí", "0.734")
    assert "Digits" not in params


@pytest.mark.parametrize("kinds_of_input", ["dtmf speech", "speech dtmf"])
def test_gather_can_accept_both_digits_and_speech(world: World, kinds_of_input: str) -> None:
    call = offer(world, f'input="{kinds_of_input}" numDigits="1"')
    world.do(call, "press", digits="3")
    assert sent(world)["Digits"] == "3"


def test_input_of_a_kind_that_gather_does_not_accept_is_ignored(world: World) -> None:
    call = world.do(offer(world, 'numDigits="1"'), "say", text="three")
    assert kinds(call) == ["ignored"]
    assert call["listening"]["verb"] == "Gather"


def test_nested_prompts_are_played_in_order_before_input_is_accepted(world: World) -> None:
    last = '<Say language="es-MX" voice="Polly.Mia">Dos</Say>'
    inner = f'<Say>One</Say><Play>/a.mp3</Play><Pause length="2"/>{last}'
    call = offer(world, "", inner)
    said = [entry for entry in call["transcript"] if entry.get("inside") == "Gather"]
    assert [entry["kind"] for entry in said] == ["say", "play", "pause", "say"]
    assert said[1]["url"] == "https://switchboard.test/a.mp3"
    assert (said[3]["language"], said[3]["voice"]) == ("es-MX", "Polly.Mia")


def test_without_an_action_the_current_url_is_requested_again(world: World) -> None:
    world.twiml("/voice/survey", '<Gather numDigits="1"/>')
    world.do(world.call(), "press", digits="5")
    first, second = world.app.asked("/voice/survey")
    assert "Digits" not in first.params
    assert second.params["Digits"] == "5"


def test_with_get_the_input_is_part_of_the_signed_url(world: World) -> None:
    world.do(offer(world, 'numDigits="1" method="GET"'), "press", digits="9")
    (request,) = world.app.asked("/next")
    assert request.method == "GET"
    assert request.signed
    assert "Digits=9" in request.url


@pytest.mark.parametrize(
    "attributes",
    ['numDigits="0"', 'numDigits="many"', 'input="mime"', 'timeout="-1"', 'finishOnKey="A"', 'method="PUT"'],
)
def test_an_invalid_attribute_value_is_an_error(world: World, attributes: str) -> None:
    call = offer(world, attributes)
    assert "error" in kinds(call)
    assert heard(call)[-1].startswith("We're sorry, an application error")


def test_a_verb_that_cannot_be_nested_in_gather_is_an_error(world: World) -> None:
    call = offer(world, "", "<Redirect>/next</Redirect>")
    assert "error" in kinds(call)


def test_an_unknown_attribute_is_a_warning(world: World) -> None:
    call = offer(world, 'numDigits="1" numdigits="2"')
    assert "warning" in kinds(call)
    assert call["listening"]["verb"] == "Gather"
    assert world.stand_in.account.alerts()[-1]["code"] == 12200


def test_partial_results_are_sent_to_their_own_callback(world: World) -> None:
    world.twiml("/partial", "")
    call = offer(world, 'input="speech" partialResultCallback="/partial"')
    world.do(call, "say", text="hello")
    (partial,) = world.app.asked("/partial")
    assert partial.params["UnstableSpeechResult"] == "hello"


@pytest.mark.parametrize(
    "language", ["en", "es", "zh-CN", "cmn-CN", "arb", "cy-GB", "de-AT", "fr-BE", "pa-IN", "en-us"]
)
def test_a_language_that_speech_recognition_does_not_support_is_an_error(world: World, language: str) -> None:
    call = offer(world, f'input="dtmf speech" language="{language}"')
    assert heard(call)[-1].startswith("We're sorry, an application error")
    assert world.stand_in.account.alerts()[-1]["code"] == 13331
    assert offer(world, f'input="dtmf" language="{language}"')["listening"]["verb"] == "Gather"


@pytest.mark.parametrize("hints", ["yes, " + "x" * 101, ",".join(["word"] * 501)])
def test_hints_that_are_too_long_or_too_many_are_an_error(world: World, hints: str) -> None:
    call = offer(world, f'input="speech" hints="{hints}"')
    assert heard(call)[-1].startswith("We're sorry, an application error")
    assert world.stand_in.account.alerts()[-1]["code"] == 13330
    longest = ",".join(["yes, " + "x" * 100] * 250)
    assert offer(world, f'input="speech" hints="{longest}"')["listening"]["verb"] == "Gather"

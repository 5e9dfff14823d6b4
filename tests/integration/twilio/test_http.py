"""The stand-in over HTTP: credentials, records, faults, tokens, numbers, phones, events."""

import json
import threading
from types import SimpleNamespace

import pytest

from local.template.parameters import FLEX_TOKENS
from local.twilio.rest.iam import EXPIRED_TOKEN
from tests.integration.twilio.app import NUMBER, PERSON, World

MESSAGE = {"To": PERSON, "From": NUMBER, "Body": "Hello"}


@pytest.mark.parametrize("credentials", [("AC" + "0" * 32, "x"), ("", "")])
def test_wrong_credentials_are_refused(world: World, credentials: tuple[str, str]) -> None:
    status, error = world.api("POST", "Messages.json", MESSAGE, credentials=credentials)
    assert (status, error["code"], error["message"]) == (401, 20003, "Authenticate")


def test_an_unknown_resource_is_answered_with_404(world: World) -> None:
    for host, path in (
        ("api.twilio.com", "/2010-04-01/Nothing.json"),
        ("api.twilio.com", f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"),
        ("nothing.twilio.com", "/v1/Things"),
    ):
        status, error = world.api("GET", path, host=host)
        assert (status, error["code"]) == (404, 20404)
    assert world.api("DELETE", "Messages.json")[1]["code"] == 20004


def test_the_request_log_shows_twilios_own_urls_and_repeated_fields(world: World) -> None:
    world.api("POST", "Messages.json", MESSAGE | {"MediaUrl": ["https://a.test/1", "https://a.test/2"]})
    world.api("GET", "Messages.json", query="To=%2B1&PageSize=5")
    _, (first, second) = world.http("GET", "/_local/twilio/requests")
    assert set(first) == {"method", "url", "params", "status"}
    base = f"https://api.twilio.com/2010-04-01/Accounts/{world.stand_in.account.sid}/Messages.json"
    assert (first["method"], first["url"], first["status"]) == ("POST", base, 201)
    assert first["params"]["MediaUrl"] == ["https://a.test/1", "https://a.test/2"]
    assert second["url"] == f"{base}?To=%2B1&PageSize=5"
    assert second["params"] == {"To": "+1", "PageSize": "5"}
    assert world.http("DELETE", "/_local/twilio/requests") == (200, [])
    assert world.http("GET", "/_local/twilio/requests") == (200, [])


@pytest.mark.parametrize("match", ["Messages.json", "POST https://api", r"Messages\.json$", "POST.*Messages"])
def test_a_fault_fails_as_many_requests_as_it_says(world: World, match: str) -> None:
    fault = {"match": match, "status": 429, "times": 2}
    assert world.http("POST", "/_local/twilio/faults", fault)[0] == 201
    answers = [world.api("POST", "Messages.json", MESSAGE) for _ in range(3)]
    assert [status for status, _ in answers] == [429, 429, 201]
    assert answers[0][1]["code"] == 20429
    _, records = world.http("GET", "/_local/twilio/requests")
    assert [record["status"] for record in records] == [429, 429, 201]
    assert len(world.stand_in.texts.messages) == 1


def test_a_fault_with_a_rate_fails_only_requests_beyond_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr("local.faults.time", SimpleNamespace(monotonic=lambda: seconds[0]))
    fault = {"match": "Messages.json", "status": 429, "times": 9, "perSecond": 3}
    assert world.http("POST", "/_local/twilio/faults", fault)[0] == 201
    assert world.http("GET", "/_local/twilio/faults")[1] == [{**fault, "delaySeconds": 0.0}]
    answers = []
    for at in (0.0, 0.3, 0.6, 0.9, 0.95, 1.05, 1.1):
        seconds[0] = at
        answers.append(world.api("POST", "Messages.json", MESSAGE)[0])
    assert answers == [201, 201, 201, 429, 429, 201, 429]


def test_a_fault_for_another_resource_stays_pending(world: World) -> None:
    world.http("POST", "/_local/twilio/faults", {"match": "Calls.json", "status": 503})
    assert world.api("POST", "Messages.json", MESSAGE)[0] == 201
    assert len(world.http("GET", "/_local/twilio/faults")[1]) == 1
    world.http("DELETE", "/_local/twilio/faults")
    assert world.http("GET", "/_local/twilio/faults")[1] == []


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"match": "", "status": 500},
        {"match": "x", "status": "429"},
        {"match": "x", "status": 99},
        {"match": "x", "status": 500, "times": 0},
        {"match": "x", "status": 500, "delaySeconds": -1},
        {"match": "x", "status": 500, "code": "x"},
        [],
    ],
)
def test_an_invalid_fault_is_refused(world: World, fault: object) -> None:
    assert world.http("POST", "/_local/twilio/faults", fault)[0] == 400


def test_a_broken_regular_expression_is_plain_text(world: World) -> None:
    world.http("POST", "/_local/twilio/faults", {"match": "(", "status": 500})
    assert world.api("POST", "Messages.json", MESSAGE)[0] == 201


def validate(world: World, body: object) -> tuple[int, dict]:
    path = f"/v1/Accounts/{world.stand_in.account.sid}/Tokens/validate"
    return world.api("POST", path, host="iam.twilio.com", body=body)


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_flex_tokens_are_known(world: World, role: str) -> None:
    status, answer = validate(world, {"token": FLEX_TOKENS[role]})
    assert (status, answer["valid"], answer["roles"]) == (200, True, [role])
    assert answer["identity"]
    assert answer["worker_sid"].startswith("WK")
    assert answer["expiration"].endswith("Z")


@pytest.mark.parametrize(("token", "code"), [(EXPIRED_TOKEN, 20104), ("made up", 20101)])
def test_an_unknown_or_expired_flex_token_is_not_valid(world: World, token: str, code: int) -> None:
    status, answer = validate(world, {"token": token})
    assert (status, answer["valid"], answer["code"]) == (200, False, code)


def test_a_flex_token_must_be_sent_as_json(world: World) -> None:
    path = f"/v1/Accounts/{world.stand_in.account.sid}/Tokens/validate"
    status, _ = world.api("POST", path, {"token": FLEX_TOKENS["admin"]}, host="iam.twilio.com")
    assert status == 400
    assert validate(world, {})[0] == 400


def test_numbers_and_services_are_listed(world: World) -> None:
    _, numbers = world.api("GET", "IncomingPhoneNumbers.json", query="PhoneNumber=%2B12025550100")
    number = numbers["incoming_phone_numbers"][0]
    assert number["phone_number"] == NUMBER
    assert number["voice_url"] == "https://switchboard.test/voice/survey"
    _, services = world.api("GET", "/v1/Services", host="messaging.twilio.com")
    sid = services["services"][0]["sid"]
    _, senders = world.api("GET", f"/v1/Services/{sid}/PhoneNumbers", host="messaging.twilio.com")
    assert senders["phone_numbers"][0]["phone_number"] == NUMBER


def test_the_webhook_of_a_number_can_be_changed(world: World) -> None:
    sid = world.stand_in.account.numbers.numbers[NUMBER].sid
    changes = {"SmsUrl": "https://switchboard.test/other", "SmsMethod": "GET"}
    assert world.api("POST", f"IncomingPhoneNumbers/{sid}.json", changes)[0] == 200
    world.twiml("/other", "<Message>other</Message>")
    assert world.text("hi") == ["other"]
    assert world.app.requests[0].method == "GET"
    wrong = world.api("POST", f"IncomingPhoneNumbers/{sid}.json", {"SmsUrl": "nowhere"})
    assert wrong[0] == 400


def test_a_request_for_events_waits_for_the_next_one(world: World) -> None:
    world.serve(sms="<Response><Message>ok</Message></Response>")
    threading.Timer(0.05, world.text, ["hi"]).start()
    found = world.phone("GET", "/events", query="after=0&phone=%2B12025550142&wait=20")
    assert found["events"][0]["body"] == "hi"
    assert world.stand_in.account.tasks.wait(5)
    nothing = world.phone("GET", "/events", query="after=999&wait=0")
    assert nothing == {"events": [], "last": 999}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("POST", "/calls", {}, 400),
        ("POST", "/calls", {"from": PERSON, "to": "+12025550999"}, 404),
        ("POST", "/calls", {"from": PERSON, "to": NUMBER, "params": {"a": 1}}, 400),
        ("GET", "/calls/CA0", None, 404),
        ("POST", "/calls/CA0/press", {}, 404),
        ("PUT", "/phones/+1", {"calls": "sing"}, 400),
        ("PUT", "/phones/+1", {"mood": "good"}, 400),
        ("PUT", "/phones/+1", {"errorCode": "x"}, 400),
        ("POST", "/texts", {"from": "ada", "to": NUMBER}, 400),
        ("GET", "/texts", None, 400),
        ("PUT", "/messaging-services/MG0", {}, 404),
    ],
)
def test_invalid_requests_to_the_phones_are_refused(
    world: World, method: str, path: str, body: object, status: int
) -> None:
    assert world.http(method, f"/_local/phone{path}", body)[0] == status


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("press", {}, 400),
        ("press", {"digits": "A"}, 400),
        ("say", {}, 400),
        ("say", {"text": "x", "confidence": 2}, 400),
        ("say", {"text": "x", "confidence": "high"}, 400),
        ("sing", {}, 404),
        ("other-side", {"result": "completed"}, 409),
    ],
)
def test_invalid_actions_in_a_call_are_refused(world: World, action: str, fields: dict, status: int) -> None:
    world.twiml("/voice/survey", "<Gather/>")
    call = world.call()
    assert world.http("POST", f"/_local/phone/calls/{call['sid']}/{action}", fields)[0] == status
    world.do(call, "hangup")
    assert world.http("POST", f"/_local/phone/calls/{call['sid']}/silence", {})[0] == 409


def test_broken_json_is_refused(world: World) -> None:
    assert world.send("POST", "/_local/phone/texts", b"{").status == 400


@pytest.mark.parametrize("body", [rb'{"body": "\ud83d"}', b'{"body": "\xed\xa0\xbd"}', b'{"body": NaN}'])
def test_a_text_with_a_lone_surrogate_is_refused(world: World, body: bytes) -> None:
    body = body.replace(b"{", f'{{"from": "{PERSON}", "to": "{NUMBER}", '.encode())
    assert world.send("POST", "/_local/phone/texts", body).status == 400
    assert world.phone("GET", "/events")["events"] == []
    assert not world.stand_in.texts.messages


def test_a_lone_surrogate_in_an_event_is_shown_escaped(world: World) -> None:
    world.stand_in.account.feed.add({"kind": "text", "phone": PERSON, "body": "half \ud83d"})
    assert world.phone("GET", "/events")["events"][0]["body"] == "half \ud83d"


def test_a_snapshot_restores_the_whole_stand_in(world: World) -> None:
    world.serve(sms="<Response/>", status="<Response/>")
    world.twiml("/voice/survey", "<Record action='/after'/>")
    world.twiml("/after", "<Say>Bye</Say>")
    world.text("hi")
    world.text("STOP")
    world.phone("PUT", f"/phones/{PERSON}", {"calls": "busy"})
    call = world.call()
    world.do(call, "say", text="words")
    world.do(call, "silence")
    kept = json.loads(json.dumps(world.stand_in.snapshot()))

    other = World()
    other.stand_in.restore(kept)
    assert other.api("POST", "Messages.json", MESSAGE)[1]["code"] == 21610
    assert len(other.phone("GET", "/texts", query="phone=%2B12025550142")) == 3
    assert other.look(call)["status"] == "completed"
    assert other.phone("GET", f"/phones/{PERSON}")["calls"] == "busy"
    assert len(other.api("GET", "Recordings.json")[1]["recordings"]) == 1

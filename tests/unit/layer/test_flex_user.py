"""Flex users: Twilio judges the token, and is not asked about the same one again and again."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine

from switchboard.http.auth import FLEX_USERS, FlexToken, flex_token
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from tests.unit.layer.events import ACCOUNT_SID, AUTH_TOKEN, FORM, JSON, Context, event
from tests.unit.layer.scripted_twilio import ScriptedTwilio

NOW = 1_800_000_000
PATH = f"/iam.twilio.com/v1/Accounts/{ACCOUNT_SID}/Tokens/validate"
VALID = {
    "valid": True,
    "code": 0,
    "message": None,
    "expiration": "2027-01-15T09:00:00Z",
    "realm_user_id": "someone@example.com",
    "identity": "someone_40example_2Ecom",
    "roles": ["agent", "admin"],
    "worker_sid": "WK" + "2" * 32,
}
INVALID = {"valid": False, "code": 20101, "message": "Invalid Access Token", "roles": None}


def who(request: Request) -> Reply:
    caller = request.caller
    return json_reply([caller.kind, caller.identity, caller.roles, caller.worker_sid])


desk = endpoint(FlexToken())(who)
admin_desk = endpoint(FlexToken(role="admin"))(who)
staff_desk = endpoint(FlexToken(role=FLEX_USERS))(who)


def asked(handler: Any = desk, token: str = "token-1", **more: Any) -> tuple[int, Any]:
    body = urlencode({"Token": token}).encode()
    reply = handler(event(body, headers={"content-type": FORM}, **more), Context())
    return reply["statusCode"], json.loads(reply["body"])


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_a_valid_token_gives_the_flex_user_that_twilio_names(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, VALID)]
    identity = VALID["identity"]
    assert asked() == (200, ["flex", identity, ["agent", "admin"], VALID["worker_sid"]])
    (request,) = twilio.received
    assert (request.method, request.path, json.loads(request.body)) == ("POST", PATH, {"token": "token-1"})
    assert (
        base64.b64decode(request.authorization.removeprefix("Basic ")).decode()
        == f"{ACCOUNT_SID}:{AUTH_TOKEN}"
    )


def test_the_token_can_be_a_field_of_a_form_of_json_or_of_the_query(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, VALID)]
    in_json = event(b'{"Token":"token-1"}', headers={"content-type": JSON})
    in_query = event(method="GET", query="Token=token-1")
    for request in (in_json, in_query):
        assert desk(request, Context())["statusCode"] == 200
    assert desk(event(b'{"Token":{"a":1}}', headers={"content-type": JSON}), Context())["statusCode"] == 403


def test_a_valid_token_is_cached_for_five_minutes(twilio: ScriptedTwilio, clock: Any) -> None:
    twilio.answers = [(200, VALID)]
    for seconds in (0, 100, 199):
        clock.shift(seconds)
        assert asked()[0] == 200
    assert len(twilio.received) == 1
    clock.shift(2)
    assert asked()[0] == 200
    assert len(twilio.received) == 2


def test_a_valid_token_is_not_cached_beyond_its_expiration(twilio: ScriptedTwilio, clock: Any) -> None:
    twilio.answers = [(200, VALID | {"expiration": "2027-01-15T08:00:30Z"}), (200, INVALID)]
    assert asked()[0] == 200
    clock.shift(29)
    assert asked()[0] == 200
    clock.shift(1)
    assert asked()[0] == 403


@pytest.mark.parametrize("expiration", [None, "soon", 5, "2020-01-01T00:00:00Z"])
def test_a_token_without_a_readable_expiration_is_not_cached(twilio: ScriptedTwilio, expiration: Any) -> None:
    twilio.answers = [(200, VALID | {"expiration": expiration})]
    assert (asked()[0], asked()[0], len(twilio.received)) == (200, 200, 2)


def test_a_refused_token_is_cached_for_half_a_minute(twilio: ScriptedTwilio, clock: Any) -> None:
    twilio.answers = [(200, INVALID), (200, VALID)]
    for seconds in (0, 29):
        clock.shift(seconds)
        assert asked() == (403, {"message": "The Flex token is not valid."})
    assert len(twilio.received) == 1
    clock.shift(2)
    assert asked()[0] == 200


def test_many_refused_tokens_do_not_remove_a_valid_one_from_the_cache(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flex_token, "REMEMBERED_REFUSALS", 3)
    twilio.answers = [(200, VALID), (200, INVALID)]
    assert asked(token="good")[0] == 200
    for number in range(5):
        assert asked(token=f"bad-{number}")[0] == 403
    assert len(twilio.received) == 6
    assert asked(token="good")[0] == 200
    assert asked(token="bad-4")[0] == 403
    assert len(twilio.received) == 6
    assert asked(token="bad-0")[0] == 403
    assert len(twilio.received) == 7


def test_a_failed_validation_is_not_cached_as_a_refusal(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(500, {}), (200, VALID)]
    assert asked()[0] == 503
    assert asked()[0] == 200


@pytest.mark.parametrize("header", ["x-flex-token", "X-Flex-Token"])
def test_a_token_in_the_header_takes_precedence_over_a_field(twilio: ScriptedTwilio, header: str) -> None:
    twilio.answers = [(200, VALID)]
    headers = {"content-type": FORM, header: "by-header"}
    reply = desk(event(b"Token=by-field", headers=headers, query="Token=by-query"), Context())
    assert reply["statusCode"] == 200
    assert [json.loads(request.body) for request in twilio.received] == [{"token": "by-header"}]


def test_a_valid_token_in_a_field_does_not_replace_a_wrong_one_in_the_header(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, INVALID)]
    for given in ("wrong", ""):
        headers = {"content-type": FORM, "x-flex-token": given}
        assert desk(event(b"Token=good", headers=headers), Context())["statusCode"] == 403
    assert [json.loads(request.body) for request in twilio.received] == [{"token": "wrong"}]


def test_a_user_without_the_required_role_is_refused(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(200, VALID), (200, VALID | {"roles": ["agent"]}), (200, VALID | {"roles": None})]
    assert asked(admin_desk)[0] == 200
    assert asked(admin_desk, "token-2") == (403, {"message": "This needs the Flex role admin."})
    assert asked(desk, "token-2")[0] == 200
    assert asked(admin_desk, "token-3")[0] == 403


def test_without_a_token_twilio_is_not_asked(twilio: ScriptedTwilio) -> None:
    assert asked(token="")[0] == 403
    assert desk(event(), Context())["statusCode"] == 403
    assert asked(token="x" * 8193)[0] == 403
    assert twilio.received == []


@pytest.mark.parametrize(
    ("answers", "tries"),
    [
        ([(500, {"message": "sorry"})], 1),
        ([(503, "")], 5),
        ([(429, {})], 5),
        (["hang up"], 5),
        ([(401, {"code": 20003, "status": 401})], 1),
        ([(404, {"code": 20404, "status": 404})], 1),
        ([(200, "<html>")], 1),
        ([(200, [])], 1),
        ([(500, VALID)], 1),
    ],
)
def test_a_token_that_twilio_cannot_validate_now_is_answered_with_503(
    twilio: ScriptedTwilio, answers: list[Any], tries: int, log_lines: Any
) -> None:
    twilio.answers = answers
    assert asked()[0] == 503
    assert len(twilio.received) == tries
    assert "token-1" not in str(log_lines())


def test_a_short_failure_of_twilio_is_retried(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(503, ""), "hang up", (429, ""), (200, VALID)]
    assert asked()[0] == 200


def test_the_cache_is_bounded_and_holds_no_token(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flex_token, "REMEMBERED_TOKENS", 3)
    twilio.answers = [(200, VALID)]
    for number in (1, 2, 3, 1, 4):
        assert asked(token=f"token-{number}")[0] == 200
    assert len(twilio.received) == 4
    assert asked(token="token-1")[0] == 200  # used lately, so it was kept
    assert len(twilio.received) == 4
    assert asked(token="token-2")[0] == 200
    assert len(twilio.received) == 5
    assert "token-" not in repr(flex_token._remembered)


@pytest.mark.parametrize(("role", "status"), [("agent", 200), ("supervisor", 200), ("visitor", 403)])
def test_any_one_of_several_accepted_roles_is_enough(twilio: ScriptedTwilio, role: str, status: int) -> None:
    twilio.answers = [(200, VALID | {"roles": [role]})]
    assert asked(staff_desk, token=role)[0] == status

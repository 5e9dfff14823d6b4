"""Twilio's REST client when Twilio fails: what is tried again, and what must not be."""

import base64
import socket
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from switchboard import settings
from switchboard.errors import TwilioUnreachable
from switchboard.twilio import clear_client, client, http, http_client
from switchboard.twilio.errors import page_refusals
from switchboard.twilio.http_client import creates
from tests.unit.layer.events import ACCOUNT_SID, AUTH_TOKEN, CALL_SID
from tests.unit.layer.scripted_twilio import ScriptedTwilio

CALLS = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Calls"
MESSAGE = {"sid": "SM" + "3" * 32, "status": "queued"}


def create() -> Any:
    return client().messages.create(to="+15555550123", from_="+15555550100", body="Hello")


def update() -> Any:
    return client().calls(CALL_SID).update(status="completed")


def fetch() -> Any:
    return client().calls(CALL_SID).fetch()


def test_requests_go_to_the_base_url_of_the_settings_with_twilios_host_in_the_path(
    twilio: ScriptedTwilio,
) -> None:
    twilio.answers = [(201, MESSAGE)]
    assert create().sid == MESSAGE["sid"]
    (request,) = twilio.received
    assert request.path == f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert "To=%2B15555550123" in request.body
    assert (
        base64.b64decode(request.authorization.removeprefix("Basic ")).decode()
        == f"{ACCOUNT_SID}:{AUTH_TOKEN}"
    )


def test_the_client_is_created_once(twilio: ScriptedTwilio) -> None:
    assert client() is client()
    assert client().http_client is http()


@pytest.mark.parametrize("status", [429, 503])
def test_every_request_is_retried_after_429_and_503(twilio: ScriptedTwilio, status: int) -> None:
    for request in (create, update, fetch):
        twilio.answers = [(status, {}), (status, {}), (200 if request is fetch else 201, MESSAGE)]
        twilio.received.clear()
        request()
        assert len(twilio.received) == 3


@pytest.mark.parametrize("fault", ["hang up", "stay silent", "break off"])
def test_a_request_that_creates_something_is_not_retried_when_its_outcome_is_unknown(
    twilio: ScriptedTwilio, fault: Any
) -> None:
    twilio.answers = [fault, (201, MESSAGE)]
    with pytest.raises(TwilioUnreachable):
        create()
    assert len(twilio.received) == 1


@pytest.mark.parametrize("fault", ["hang up", "stay silent", "break off"])
def test_a_request_that_can_be_repeated_is_retried_when_its_outcome_is_unknown(
    twilio: ScriptedTwilio, fault: Any
) -> None:
    for request in (update, fetch):
        twilio.answers = [fault, (200, {"sid": CALL_SID})]
        twilio.received.clear()
        assert request().sid == CALL_SID
        assert len(twilio.received) == 2


def test_a_conflict_is_retried_unless_the_request_names_a_version(twilio: ScriptedTwilio) -> None:
    task = client().taskrouter.v1.workspaces("WS" + "4" * 32).tasks("WT" + "5" * 32)
    twilio.answers = [(412, {}), (200, {"sid": "WT" + "5" * 32})]
    task.update(priority=1)
    assert len(twilio.received) == 2
    twilio.answers = [(412, {"message": "stale"}), (200, {})]
    with pytest.raises(TwilioRestException) as stale:
        task.update(priority=1, if_match="3")
    assert (stale.value.status, len(twilio.received)) == (412, 3)
    twilio.answers = [(412, {}), (201, {})]
    create()
    assert len(twilio.received) == 5


def test_after_five_tries_twilios_error_is_raised(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(429, {"code": 20429, "message": "Too many requests", "status": 429})]
    with pytest.raises(TwilioRestException) as refused:
        create()
    assert (refused.value.code, len(twilio.received)) == (20429, 5)


@pytest.mark.parametrize("status", [400, 404, 409, 500, 502, 504])
def test_other_errors_are_not_retried(twilio: ScriptedTwilio, status: int) -> None:
    twilio.answers = [(status, {"code": 1, "message": "no"})]
    with pytest.raises(TwilioRestException):
        fetch()
    assert len(twilio.received) == 1


def test_a_refused_connection_is_retried_for_every_request(
    monkeypatch: pytest.MonkeyPatch, log_lines: Any
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("TWILIO_API_BASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(http_client, "BACKOFF_SECONDS", (0.0, 0.0))
    settings.clear_settings()
    for request in (create, update):
        with pytest.raises(TwilioUnreachable):
            request()
        lines = log_lines()
        assert [line["attempt"] for line in lines] == [1, 2, 3, 4, 5]
        assert {line["error"] for line in lines} == {"ConnectionError"}


def test_a_host_that_cannot_be_found_counts_as_never_connected(
    monkeypatch: pytest.MonkeyPatch, log_lines: Any
) -> None:
    monkeypatch.setenv("TWILIO_API_BASE_URL", "http://twilio.invalid")
    monkeypatch.setattr(http_client, "BACKOFF_SECONDS", (0.0, 0.0))
    settings.clear_settings()
    with pytest.raises(TwilioUnreachable):
        create()
    assert len(log_lines()) == 5


def test_no_retry_begins_after_the_time_budget(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "BUDGET_SECONDS", -1.0)
    twilio.answers = [(503, {})]
    with pytest.raises(TwilioRestException):
        fetch()
    assert len(twilio.received) == 1


def test_a_rotated_auth_token_is_read_again(twilio: ScriptedTwilio, put_secret: Any) -> None:
    import time_machine

    with time_machine.travel(1_800_000_000, tick=False) as clock:
        twilio.answers = [(200, {"sid": CALL_SID})]
        fetch()
        put_secret("auth-token", "new")
        clock.shift(6)
        twilio.answers = [(401, {"code": 20003}), (201, MESSAGE)]
        create()
        assert len(twilio.received) == 3
        assert (
            base64.b64decode(twilio.received[2].authorization.removeprefix("Basic "))
            .decode()
            .endswith(":new")
        )


def test_a_request_with_a_wrong_auth_token_is_not_retried(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(401, {"code": 20003, "message": "Authenticate"})]
    with pytest.raises(TwilioRestException):
        fetch()
    assert len(twilio.received) == 1


def test_a_connection_that_was_idle_for_long_is_replaced(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time_machine

    closed: list[int] = []
    assert http().session is not None
    monkeypatch.setattr(http().session, "close", lambda: closed.append(1))
    twilio.answers = [(200, {"sid": CALL_SID})]
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        fetch()
        fetch()
        assert len(closed) == 1
        clock.shift(60)
        fetch()
        assert len(closed) == 2


def test_phone_numbers_texts_and_tokens_are_not_logged(twilio: ScriptedTwilio, log_lines: Any) -> None:
    twilio.answers = [(503, {}), (201, MESSAGE)]
    create()
    lines = str(log_lines())
    assert "Messages.json" in lines
    assert not any(word in lines for word in ("5555550123", "Hello", AUTH_TOKEN))


@pytest.mark.parametrize(
    ("method", "url", "created"),
    [
        ("POST", f"{CALLS}.json", True),
        ("POST", f"{CALLS}/{CALL_SID}.json", False),
        ("GET", f"{CALLS}.json", False),
        ("DELETE", f"{CALLS}/{CALL_SID}.json", False),
        ("POST", f"https://iam.twilio.com/v1/Accounts/{ACCOUNT_SID}/Tokens/validate", False),
        ("POST", "https://flex-api.twilio.com/v1/Interactions", True),
        ("POST", "https://conversations.twilio.com/v1/Conversations/CH" + "6" * 32, False),
        ("POST", "https://conversations.twilio.com/v1/Conversations/CH" + "6" * 32 + "/Participants", True),
        ("POST", "https://studio.twilio.com/v2/Flows/FW" + "7" * 32 + "/Executions", True),
    ],
)
def test_a_post_to_a_collection_creates_something(method: str, url: str, created: bool) -> None:
    assert creates(method, url) is created


def test_without_a_base_url_requests_go_to_twilio(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_client()
    assert http()._address(f"{CALLS}.json?PageSize=1") == f"{CALLS}.json?PageSize=1"


RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE.mp3"


def test_a_stream_is_opened_after_a_short_failure_of_twilio(twilio: ScriptedTwilio) -> None:
    twilio.answers = ["hang up", (503, {}), (200, {"audio": "bytes"})]
    answer = http().stream(RECORDING, {"Range": "bytes=0-9"})
    assert (answer.status_code, answer.json()) == (200, {"audio": "bytes"})
    assert {request.method for request in twilio.received} == {"GET"}


def test_a_stream_that_cannot_be_opened_raises_twiliounreachable(twilio: ScriptedTwilio) -> None:
    twilio.answers = ["hang up"]
    with pytest.raises(TwilioUnreachable):
        http().stream(RECORDING)
    assert len(twilio.received) == http_client.TRIES


@pytest.mark.parametrize(
    ("body", "code"), [({"code": 20404, "message": "Not found"}, 20404), ({"message": "No"}, 403), ([], 403)]
)
def test_an_error_on_a_page_of_a_list_is_raised_like_any_other(
    twilio: ScriptedTwilio, body: Any, code: int
) -> None:
    twilio.answers = [(403, body)]
    with pytest.raises(TwilioRestException) as refused, page_refusals():
        client().calls.list(limit=1)
    assert (refused.value.status, refused.value.code) == (403, code)
    with pytest.raises(TwilioRestException) as other, page_refusals():
        fetch()
    assert other.value.status == 403

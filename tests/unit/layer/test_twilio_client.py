"""Twilio's REST client when Twilio fails: what is tried again, what must not be, which error is raised."""

import base64
import socket
from typing import Any

import pytest

from switchboard import settings
from switchboard.errors import TwilioUnreachable
from switchboard.twilio import http_client
from switchboard.twilio.http_client import creates
from switchboard.twilio.outcome import Refused, definitely_not_sent
from switchboard.twilio.rest_client import clear_client, http
from switchboard.twilio.rest_client import rest_client as client
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
    with pytest.raises(Refused) as stale:
        task.update(priority=1, if_match="3")
    assert (stale.value.status, len(twilio.received)) == (412, 3)
    twilio.answers = [(412, {}), (201, {})]
    create()
    assert len(twilio.received) == 5


def test_after_five_tries_twilios_error_is_raised(twilio: ScriptedTwilio) -> None:
    twilio.answers = [(429, {"code": 20429, "message": "Too many requests", "status": 429})]
    with pytest.raises(Refused) as refused:
        create()
    assert (refused.value.code, len(twilio.received)) == (20429, 5)


@pytest.mark.parametrize("status", [400, 404, 409, 500, 502, 504])
def test_other_errors_are_not_retried(twilio: ScriptedTwilio, status: int) -> None:
    twilio.answers = [(status, {"code": 1, "message": "no"})]
    with pytest.raises(Refused):
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
    with pytest.raises(Refused):
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
    with pytest.raises(Refused):
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


def test_the_client_is_built_without_reading_a_secret(
    twilio: ScriptedTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, max_age: float | None = None) -> str:
        raise AssertionError(name)

    clear_client()
    monkeypatch.setattr("switchboard.twilio.rest_client.secret", refuse)
    assert client().http_client is http()


def test_without_a_base_url_requests_go_to_twilio(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_client()
    assert http()._address(f"{CALLS}.json?PageSize=1") == f"{CALLS}.json?PageSize=1"


RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE.mp3"


def test_a_stream_is_opened_after_a_short_failure_of_twilio(twilio: ScriptedTwilio) -> None:
    twilio.answers = ["hang up", (503, {}), (200, {"audio": "bytes"})]
    answer = http().stream(RECORDING, {"Range": "bytes=0-9"})
    assert (answer.status_code, answer.json()) == (200, {"audio": "bytes"})
    assert {request.method for request in twilio.received} == {"GET"}


def test_a_stream_waits_as_long_as_twilio_asks_and_picks_up_a_rotated_token(
    twilio: ScriptedTwilio, put_secret: Any, log_lines: Any
) -> None:
    import time_machine

    with time_machine.travel(1_800_000_000, tick=False) as clock:
        twilio.answers = [(200, {})]
        http().stream(RECORDING)
        put_secret("auth-token", "new")
        clock.shift(6)
        twilio.answers = [(401, {}), (429, {}), (200, {})]
        assert http().stream(RECORDING).status_code == 200
    assert len(twilio.received) == 4
    assert [line["status"] for line in log_lines() if "attempt" in line] == [429]


def test_a_stream_that_cannot_be_opened_raises_twiliounreachable(twilio: ScriptedTwilio) -> None:
    twilio.answers = ["hang up"]
    with pytest.raises(TwilioUnreachable):
        http().stream(RECORDING)
    assert len(twilio.received) == http_client.TRIES


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"code": 20404, "message": "Not found"}, 20404, "Not found"),
        ({"message": "No"}, None, "No"),
        (
            {
                "type": "https://errors",
                "title": "Invalid",
                "status": 403,
                "code": 20001,
                "detail": "To is bad",
            },
            20001,
            "To is bad",
        ),
        ([], None, "Twilio refused the request."),
        ("<html>", None, "Twilio refused the request."),
    ],
)
def test_resources_and_pages_of_lists_are_refused_by_the_same_error(
    twilio: ScriptedTwilio, body: Any, code: int | None, message: str
) -> None:
    twilio.answers = [(403, body)]
    for request in (fetch, create, update, lambda: client().calls.list(limit=1)):
        with pytest.raises(Refused) as refused:
            request()
        error = refused.value
        assert (error.status, error.code, error.message, str(error)) == (403, code, message, f"403 {code}")


def test_a_refused_second_page_is_the_same_error(twilio: ScriptedTwilio) -> None:
    page = {"calls": [{"sid": CALL_SID}], "next_page_uri": "/2010-04-01/Accounts/AC/Calls.json?Page=1"}
    twilio.answers = [(200, page), (403, {"code": 20003})]
    with pytest.raises(Refused) as refused:
        client().calls.list()
    assert (refused.value.code, len(twilio.received)) == (20003, 2)


@pytest.mark.parametrize("body", ["<html>", "", '{"sid":'])
def test_a_success_that_is_not_json_leaves_open_what_was_done(twilio: ScriptedTwilio, body: str) -> None:
    twilio.answers = [(201, body)]
    with pytest.raises(Refused) as unclear:
        create()
    assert unclear.value.is_temporary
    assert not definitely_not_sent(unclear.value)


@pytest.mark.parametrize(
    ("status", "temporary"),
    [(400, False), (404, False), (408, True), (412, True), (429, True), (500, True), (503, True)],
)
def test_which_refusals_may_pass(status: int, temporary: bool) -> None:
    assert Refused(status, None, "No").is_temporary is temporary

"""What is done while Lambda initializes a function; a failure there is no failure of the function."""

import sys
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from switchboard import aws
from switchboard.aws import secrets
from switchboard.http.auth import ApiKey, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import no_content
from switchboard.twilio import rest_client
from tests.unit.layer.events import Context, signed_form


def test_secrets_are_read_before_the_first_request(monkeypatch: pytest.MonkeyPatch, put_secret: Any) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    handler = endpoint(TwilioSignature(), ApiKey())(lambda request: no_content())
    asked: list[str] = []

    def count(**arguments: Any) -> Any:
        asked.append(arguments["Name"])
        raise aws.Unreachable

    monkeypatch.setattr(aws.client("ssm"), "get_parameter", count, raising=False)
    assert handler(signed_form([("AccountSid", "AC" + "0" * 32)]), Context())["statusCode"] in {204, 403}
    assert asked == []


def test_a_function_whose_secrets_cannot_be_read_yet_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")
        aws.clear_clients()
        secrets.clear_secrets()
        handler = endpoint(TwilioSignature())(lambda request: no_content())
    aws.clear_clients()
    assert handler(signed_form([]), Context())["statusCode"] == 204


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What is registered with Lambda's runtime, where it takes a snapshot of this process."""
    registered: dict[str, list[Any]] = {"before": [], "after": []}
    runtime = SimpleNamespace(
        register_before_snapshot=lambda *hook: registered["before"].append(hook),
        register_after_restore=lambda *hook: registered["after"].append(hook),
    )
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    return registered


def run(hooks: list[Any]) -> None:
    for function, *arguments in hooks:
        function(*arguments)


def test_a_restored_environment_has_connections_and_secrets_of_its_own(
    monkeypatch: pytest.MonkeyPatch, put_secret: Any, hooks: dict[str, list[Any]]
) -> None:
    def fail(**_: Any) -> None:
        raise aws.Unreachable

    handler = endpoint(TwilioSignature())(lambda request: no_content())
    closed: list[str] = []
    monkeypatch.setattr(aws.boto3_client("dynamodb"), "close", lambda: closed.append("dynamodb"))
    run(hooks["before"])
    assert closed == ["dynamodb"]
    put_secret("auth-token", "another")
    run(hooks["after"])
    assert secrets.secret("/switchboard/test/auth-token") == "another"
    # While SSM fails, nothing of the snapshot serves on.
    run(hooks["before"])
    with monkeypatch.context() as patch:
        patch.setattr(aws.client("ssm"), "get_parameter", fail)
        run(hooks["after"])
        refused = handler(signed_form([]), Context())["statusCode"]
    aws.clear_clients()
    assert refused == 503


def test_calls_are_rehearsed_before_a_snapshot_and_nothing_of_it_reaches_aws(
    monkeypatch: pytest.MonkeyPatch, put_secret: Any, hooks: dict[str, list[Any]]
) -> None:
    monkeypatch.setenv("SOME_TABLE", "some-table")
    rehearsed: list[str] = []
    answered: list[int] = []
    aws.clear_clients()
    events = aws.boto3_client("dynamodb").meta.events
    events.register("before-call.dynamodb", lambda model, **_: rehearsed.append(model.name))
    events.register(
        "after-call.dynamodb", lambda http_response, **_: answered.append(http_response.status_code)
    )
    with monkeypatch.context() as patch:
        patch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", _refuse)
        endpoint(TwilioSignature())(lambda request: no_content())
    aws.clear_clients()
    assert {"GetItem", "PutItem", "Query", "UpdateItem"} == set(rehearsed)
    assert set(answered) == {200}


def test_requests_are_rehearsed_before_a_snapshot_and_none_of_them_reaches_twilio(
    monkeypatch: pytest.MonkeyPatch, put_secret: Any, hooks: dict[str, list[Any]]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    rehearsed: list[Any] = []
    rest_client.clear_client()
    with monkeypatch.context() as patch:
        patch.setattr("requests.Session.send", _observing(rehearsed))
        patch.setattr("requests.adapters.HTTPAdapter.send", _refuse)
        endpoint(TwilioSignature(), services=("twilio",))(lambda request: no_content())
        assert [urlsplit(request.url).path.split("/")[-1] for request in rehearsed] == ["Tasks", "QU.json"]
        with pytest.raises(ConnectionRefusedError):
            rest_client.http().request("GET", "https://api.twilio.com/")
    rest_client.clear_client()


def test_a_rehearsal_leaves_the_client_as_it_was_and_no_auth_token_in_it(
    monkeypatch: pytest.MonkeyPatch, put_secret: Any, hooks: dict[str, list[Any]]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    rest_client.clear_client()
    client = rest_client.http()
    before, adapters = dict(vars(client)), dict(client.session.adapters) if client.session else {}
    endpoint(TwilioSignature(), services=("twilio",))(lambda request: no_content())
    assert vars(client) == before
    assert client.session is not None
    assert client.session.adapters == adapters
    rest_client.clear_client()


def test_requests_are_rehearsed_while_ssm_does_not_answer_without_asking_it_again(
    monkeypatch: pytest.MonkeyPatch, hooks: dict[str, list[Any]]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    asked: list[str] = []
    rehearsed: list[Any] = []

    def count(**arguments: Any) -> Any:
        asked.append(arguments["Name"])
        raise aws.Unreachable

    rest_client.clear_client()
    secrets.clear_secrets()
    with monkeypatch.context() as patch:
        patch.setattr(aws.client("ssm"), "get_parameter", count, raising=False)
        patch.setattr("switchboard.http.warm_up.rehearse", lambda *_: None)  # asks SSM's stand-in
        patch.setattr(requests.Session, "send", _observing(rehearsed))
        endpoint(TwilioSignature(), services=("twilio",))(lambda request: no_content())
    rest_client.clear_client()
    assert len(asked) == 1
    assert len(rehearsed) == 2


def _observing(sent: list[Any]) -> Any:
    send = requests.Session.send

    def observe(session: Any, request: Any, **options: Any) -> Any:
        sent.append(request)
        return send(session, request, **options)

    return observe


def _refuse(*_: Any, **__: Any) -> None:
    raise ConnectionRefusedError


def test_without_a_snapshot_there_is_nothing_to_renew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    endpoint(TwilioSignature())(lambda request: no_content())

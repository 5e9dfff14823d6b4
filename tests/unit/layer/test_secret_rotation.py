"""Secrets: read once, kept, read again; and what a rotation looks like from outside."""

from typing import Any

import pytest
import time_machine

from switchboard import aws
from switchboard.aws.secrets import SecretError, clear_secrets, optional_secret, secret
from switchboard.http.auth import ApiKey, TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import no_content
from tests.unit.layer.events import Context, event, signed_form, with_key

AUTH_TOKEN_NAME = "/switchboard/test/auth-token"
PREVIOUS_NAME = "/switchboard/test/previous-auth-token"

webhook = endpoint(TwilioSignature())(lambda request: no_content())
with_api_key = endpoint(ApiKey())(lambda request: no_content())


class CountedReads:
    """Counts GetParameter calls by the parameter's name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        ssm = aws.client("ssm")
        get_parameter = ssm.get_parameter

        def counted(**arguments: Any) -> Any:
            self.names.append(arguments["Name"])
            return get_parameter(**arguments)

        monkeypatch.setattr(ssm, "get_parameter", counted, raising=False)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> CountedReads:
    return CountedReads(monkeypatch)


def status(handler: Any, request: dict[str, Any]) -> int:
    return int(handler(request, Context())["statusCode"])


def test_valid_requests_share_one_read_of_the_secret(reads: CountedReads) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(3):
            assert status(webhook, signed_form([])) == 204
        clock.shift(299)
        assert status(webhook, signed_form([])) == 204
        assert reads.names == [AUTH_TOKEN_NAME]
        clock.shift(2)
        assert status(webhook, signed_form([])) == 204
        assert reads.names == [AUTH_TOKEN_NAME] * 2


def test_a_rotated_token_is_accepted_at_once_and_the_previous_one_still_is(put_secret: Any) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert status(webhook, signed_form([], token="new")) == 403
        clock.shift(6)
        put_secret("previous-auth-token", "an-auth-token-of-the-tests")
        put_secret("auth-token", "new")
        assert status(webhook, signed_form([], token="new")) == 204
        assert status(webhook, signed_form([])) == 204
        assert status(webhook, signed_form([], token="older")) == 403


def test_an_environment_that_starts_after_a_rotation_accepts_the_previous_token(put_secret: Any) -> None:
    put_secret("previous-auth-token", "an-auth-token-of-the-tests")
    put_secret("auth-token", "new")
    assert status(webhook, signed_form([])) == 204


def test_many_wrong_signatures_cause_few_reads_of_secrets(reads: CountedReads) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(50):
            assert status(webhook, signed_form([], token="wrong")) == 403
        assert sorted(reads.names) == [AUTH_TOKEN_NAME, PREVIOUS_NAME]
        clock.shift(6)
        for _ in range(50):
            assert status(webhook, signed_form([], token="wrong")) == 403
        assert sorted(reads.names) == [AUTH_TOKEN_NAME] * 2 + [PREVIOUS_NAME] * 2


def test_a_new_api_key_is_accepted_at_once_and_wrong_ones_cause_few_reads(
    reads: CountedReads, put_secret: Any
) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert status(with_api_key, event(headers=with_key())) == 204
        put_secret("api-keys", "first-api-key,third-api-key")
        clock.shift(6)
        assert status(with_api_key, event(headers=with_key("third-api-key"))) == 204
        assert status(with_api_key, event(headers=with_key("second-api-key"))) == 403
        for _ in range(50):
            assert status(with_api_key, event(headers=with_key("wrong"))) == 403
        assert len(reads.names) == 2


def test_the_last_known_secret_is_used_while_ssm_fails(
    log_lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert secret(AUTH_TOKEN_NAME) == "an-auth-token-of-the-tests"
        clock.shift(301)
        asked: list[str] = []

        def failing(**arguments: Any) -> Any:
            asked.append(arguments["Name"])
            raise aws.ServiceError("InternalServerError", 500)

        with monkeypatch.context() as patch:
            patch.setattr(aws.client("ssm"), "get_parameter", failing, raising=False)
            for _ in range(2):
                assert secret(AUTH_TOKEN_NAME) == "an-auth-token-of-the-tests"
        assert asked == [AUTH_TOKEN_NAME]
        lines = log_lines()
        assert [line.get("parameter") for line in lines] == [AUTH_TOKEN_NAME, None]
        assert "an-auth-token-of-the-tests" not in str(lines)
        clock.shift(6)
        assert secret(AUTH_TOKEN_NAME) == "an-auth-token-of-the-tests"


def test_a_secret_that_was_never_read_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**arguments: Any) -> Any:
        raise aws.Unreachable("ssm.GetParameter: ConnectionRefusedError")

    monkeypatch.setattr(aws.client("ssm"), "get_parameter", unreachable, raising=False)
    with pytest.raises(SecretError, match=r"auth-token.*ConnectionRefusedError"):
        secret(AUTH_TOKEN_NAME)
    assert status(webhook, signed_form([])) == 503


def test_a_signature_that_cannot_be_checked_is_answered_with_503(
    put_secret: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_secret("previous-auth-token", "an-auth-token-of-the-tests")
    put_secret("auth-token", "new")
    read = aws.client("ssm").get_parameter
    asked: list[str] = []

    def half_read(Name: str, **more: Any) -> Any:  # noqa: N803 - the name that SSM takes
        asked.append(Name)
        if Name == PREVIOUS_NAME:
            raise aws.ServiceError("AccessDeniedException", 400)
        return read(Name=Name, **more)

    with time_machine.travel(1_800_000_000, tick=False) as clock:
        with monkeypatch.context() as patch:
            patch.setattr(aws.client("ssm"), "get_parameter", half_read, raising=False)
            assert status(webhook, signed_form([], token="new")) == 204
            for _ in range(5):
                assert status(webhook, signed_form([])) == 500
            assert asked.count(PREVIOUS_NAME) == 1
        assert status(webhook, signed_form([])) == 500
        clock.shift(6)
        assert status(webhook, signed_form([])) == 204


def test_a_missing_secret_is_an_error_that_names_the_parameter() -> None:
    with pytest.raises(SecretError, match="'/nowhere' does not exist"):
        secret("/nowhere")
    with pytest.raises(SecretError, match="environment"):
        secret("")
    assert optional_secret("/nowhere") is None
    assert optional_secret("") is None


def test_white_space_around_a_secret_is_ignored(put_secret: Any) -> None:
    put_secret("auth-token", "an-auth-token-of-the-tests\n")
    assert status(webhook, signed_form([])) == 204


def test_secrets_are_read_again_after_the_clock_was_set_back(reads: CountedReads) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        secret(AUTH_TOKEN_NAME)
        clock.shift(-3600)
        secret(AUTH_TOKEN_NAME)
        assert len(reads.names) == 2
    clear_secrets()

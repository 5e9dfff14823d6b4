"""The layer on its own: AWS by moto in this process, Twilio by a local HTTP server."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.aws.moto_server import Aws
from local.clock import Clock
from local.template.document import Names
from switchboard import aws, settings
from switchboard.aws import secrets
from switchboard.http.auth import flex_token
from switchboard.log import logger
from switchboard.twilio import http_client
from switchboard.twilio.rest_client import clear_client
from tests.conftest import SCALED_TIME
from tests.unit.layer.events import ACCOUNT_SID, API_KEYS, AUTH_TOKEN
from tests.unit.layer.scripted_twilio import ScriptedTwilio

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
    "AUTH_TOKEN_PARAMETER": "/switchboard/test/auth-token",
    "PREVIOUS_AUTH_TOKEN_PARAMETER": "/switchboard/test/previous-auth-token",
    "WEBHOOK_KEYS_PARAMETER": "/switchboard/test/webhook-keys",
    "API_KEYS_PARAMETER": "/switchboard/test/api-keys",
    "PUBLIC_BASE_URL": "",
    "EVENT_BUS_NAME": "switchboard-test",
    "ALLOWED_ORIGINS": "https://desk.example.com",
    "LOG_LEVEL": "INFO",
    "POWERTOOLS_SERVICE_NAME": "layer",
    "POWERTOOLS_METRICS_NAMESPACE": "Switchboard",
    "SECRET_CACHE_SECONDS": "300",
    "IDEMPOTENCY_TABLE": "Idempotency",
}

PutSecret = Callable[[str, str], None]
LogLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def aws_server() -> Iterator[str]:
    """The URL of AWS in memory."""
    server = Aws(Names("layer", "333333333333"), Clock())
    server.start()
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def _time_of_a_function() -> Iterator[None]:
    """Let deadlines pass as they do for a function: slowly, but for delays that are announced."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", SCALED_TIME.monotonic)
        patch.setattr(time, "sleep", SCALED_TIME.sleep)
        yield


@pytest.fixture(scope="module", autouse=True)
def _aws_in_memory(aws_server: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", aws_server)
        aws.clear_clients()
        yield
        aws.clear_clients()


def _forget() -> None:
    logger.clear_state()
    settings.clear_settings()
    secrets.clear_secrets()
    flex_token.clear_flex_users()
    clear_client()


@pytest.fixture(autouse=True)
def _fresh(_aws_in_memory: None) -> Iterator[None]:
    ssm = aws.client("ssm")
    for parameter in ssm.describe_parameters()["Parameters"]:
        ssm.delete_parameter(Name=parameter["Name"])
    _put_secret("auth-token", AUTH_TOKEN)
    _put_secret("api-keys", "\n".join(API_KEYS))
    _forget()
    yield
    _forget()


def _put_secret(name: str, value: str) -> None:
    aws.client("ssm").put_parameter(
        Name=f"/switchboard/test/{name}", Value=value, Type="SecureString", Overwrite=True
    )


@pytest.fixture
def put_secret() -> PutSecret:
    """Write one of the secrets: auth-token, previous-auth-token, webhook-keys, api-keys."""
    return _put_secret


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedTwilio]:
    """Twilio's REST API, answering what the test tells it to; retries come at once."""
    monkeypatch.setattr(http_client, "BACKOFF_SECONDS", (0.0, 0.0))
    with ScriptedTwilio() as server:
        monkeypatch.setenv("TWILIO_API_BASE_URL", server.url)
        settings.clear_settings()
        yield server


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> LogLines:
    """Read the log lines written since the last look, metrics left out."""

    def read() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in lines if "_aws" not in line]

    return read

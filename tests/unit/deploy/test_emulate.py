"""Sample events under the Runtime Interface Emulator: what counts as taken, and when nothing runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.deploy import emulate
from tools.deploy.packages import runtime_requirements
from tools.lambda_emulator import EmulatorError


def test_without_the_lambdas_python_a_warning_says_that_nothing_ran(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(emulate, "find_python", lambda version: None)
    assert emulate.main() == 0
    assert "*** NOT RUN under the Runtime Interface Emulator: this machine has no Python 3.13" in (
        capsys.readouterr().err
    )


def test_a_function_that_fails_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(python: Path, version: str) -> Iterator[tuple[str, str]]:
        yield "SurveySmsWebhook", "200"
        raise EmulatorError("SipInbound answered 500")

    monkeypatch.setattr(emulate, "find_python", lambda version: Path("/usr/bin/python3"))
    monkeypatch.setattr(emulate, "emulator", lambda: Path("aws-lambda-rie"))
    monkeypatch.setattr(emulate, "emulate", failing)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert emulate.main() == 1
    assert "SipInbound answered 500" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"routeKey": "POST /sms/webhook"}, {"statusCode": 403}),
        ({"routeKey": "POST /sms/webhook"}, {"statusCode": 500}),
        ({"Records": []}, {"batchItemFailures": [{"itemIdentifier": "1"}]}),
    ],
)
def test_an_event_that_is_refused_or_partly_fails_fails_the_run(
    event: dict[str, object], answer: dict[str, object]
) -> None:
    with pytest.raises(EmulatorError, match="Name"):
        emulate.judge("Name", event, answer)


def test_the_runtime_is_installed_at_the_pinned_versions_with_their_hashes() -> None:
    pinned = list(runtime_requirements())
    names = sorted(requirement.partition("==")[0] for requirement in pinned)
    assert names == ["awslambdaric", "simplejson", "snapshot-restore-py"]
    assert all("--hash=sha256:" in requirement for requirement in pinned)

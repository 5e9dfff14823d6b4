"""A handler under AWS's Runtime Interface Emulator."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from tools.lambda_emulator import EmulatorError, invoke_once

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("samcli") is None or not sys.platform.startswith("linux"),
    reason="the emulator comes with aws-sam-cli (`make lint` installs it) and runs on Linux",
)
_HANDLERS = """
def echo(event, context):
    return {"event": event, "name": context.function_name}

def fail(event, context):
    raise ValueError("no")
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sample.py").write_text(_HANDLERS)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path),
        "AWS_LAMBDA_FUNCTION_NAME": "Sample",
        "AWS_REGION": "eu-west-1",
    }


def test_a_handler_answers_and_its_init_phase_is_timed(environment: dict[str, str]) -> None:
    done = invoke_once([sys.executable], "sample.echo", {"Body": "1"}, environment)
    assert json.loads(done.answer) == {"event": {"Body": "1"}, "name": "Sample"}
    assert done.init_ms > 0


@pytest.mark.parametrize("handler", ["sample.fail", "sample.missing", "absent.handler"])
def test_a_handler_that_fails_or_cannot_be_imported_is_an_error(
    environment: dict[str, str], handler: str
) -> None:
    with pytest.raises(EmulatorError, match=handler):
        invoke_once([sys.executable], handler, {}, environment)

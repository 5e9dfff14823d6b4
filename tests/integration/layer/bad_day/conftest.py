"""A platform of its own for each file: faults and new environments would disturb other tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.lambda_runtime.concurrency import Concurrency
from local.log_lines import Terminal
from local.platform import Platform
from local.template.document import Names
from tests.integration.layer.bad_day.sweep import kind_of, prepare
from tests.integration.layer.webhooks import CASES, write_config_files
from tests.support import Caller


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    files = write_config_files(tmp_path_factory.mktemp("config-files"))
    with Platform(
        0,
        names=Names("switchboard-bad-day", "444444444444"),
        parameters={"RoutesFreshSeconds": "0"},
        config_files=files,
        watch=False,
        terminal=Terminal(quiet=True),
        concurrency=Concurrency(running=2 * len(CASES), kept=3 * len(CASES)),
    ) as running:
        yield running


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Caller:
    return Caller(platform)


@pytest.fixture(scope="module")
def good_day(caller: Caller) -> dict[str, tuple[Any, set[str]]]:
    """What each case is answered where nothing fails, and the calls that this takes."""
    found = {}
    for name, webhook in prepare(caller, list(CASES)).items():
        answer = webhook.send(caller)
        ran = caller.invocations(CASES[name].function)[-1]
        found[name] = (CASES[name].essence(answer), {kind_of(call) for call in (*ran["aws"], *ran["twilio"])})
        assert answer.status < 400, (name, answer.text)
    return found

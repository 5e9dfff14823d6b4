"""A call for every test, and what the functions log."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.platform import Platform
from tests.integration.ivr_path.calls import StudioCall
from tests.support import Caller

NewCall = Callable[..., StudioCall]
Lines = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def new_call(platform: Platform, caller: Caller) -> NewCall:
    return lambda flow_sid=None: StudioCall(platform, caller, flow_sid)


@pytest.fixture
def call(new_call: NewCall) -> StudioCall:
    return new_call()


@pytest.fixture
def lines(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return the list to which every line is added that a function logs from now on, with its function."""
    logged: Lines = []
    monkeypatch.setattr(
        platform.functions, "_on_line", lambda function, line: logged.append((function, json.loads(line)))
    )
    return logged

"""Every function takes its sample event, on the local platform."""

import importlib
import json
from typing import Any

import pytest

from local.lambda_runtime.functions import Outcome
from local.platform import Platform
from tests.data.permissions import granted_actions
from tests.data.template import FUNCTIONS, ROOT
from tests.support import eventually, make_ready_for_sample
from tools.sample_events import NOT_FOUND, as_file, sample_events


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_handler_can_be_imported_and_called(name: str) -> None:
    module, attribute = FUNCTIONS[name]["Handler"].rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), attribute))


def test_every_function_has_a_current_sample_event() -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "events").glob("*.json")}
    assert written == {name: as_file(event) for name, event in sample_events().items()}
    assert set(written) == set(FUNCTIONS)


def _take(platform: Platform, name: str) -> tuple[dict[str, Any], Outcome]:
    event = json.loads((ROOT / "events" / f"{name}.json").read_text(encoding="utf-8"))
    return event, platform.functions.invoke(name, event, "test", "sample event")


def _is_linked(platform: Platform) -> bool:
    """Link the call of the samples. Where DynamoDB takes too long, the link goes by the bus, and later."""
    _take(platform, "IvrPathLinkExecution")
    _, outcome = _take(platform, "IvrPathGetPath")
    return bool(outcome.result["statusCode"] == 200)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_sample_event_is_processed(platform: Platform, name: str) -> None:
    make_ready_for_sample(platform, name)
    if name == "IvrPathGetPath":
        assert eventually(lambda: _is_linked(platform))
    event, outcome = _take(platform, name)
    assert outcome.ok, outcome
    (record,) = (one for one in platform.invocations.all() if one.request_id == outcome.request_id)
    called = {call.replace(".", ":") for call in record.aws if "Transact" not in call}
    called = {"s3:GetObject" if call == "s3:HeadObject" else call for call in called}  # needs that one
    assert called <= granted_actions(name)
    if name in NOT_FOUND:
        assert outcome.result["statusCode"] == 404, outcome.result
    elif "routeKey" in event:
        assert outcome.result["statusCode"] < 400, outcome.result

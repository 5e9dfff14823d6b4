"""What one survey, call, callback or message takes is still what tools/cost/measured.json says."""

from collections.abc import Mapping
from typing import Any

import pytest

from local.template.document import Names
from tools.cost.measure import measure
from tools.cost.tables import measured

pytestmark = pytest.mark.slow

NAMES = Names(stack="switchboard-cost", account_id="999900001111")
AGAIN = "what use takes has changed: switchboard cost --measure --write"


def _invocations(take: Mapping[str, Any]) -> dict[str, int]:
    return {name: function["invocations"] for name, function in take["functions"].items()}


def test_requests_invocations_and_calls_are_those_that_the_costs_are_worked_out_from() -> None:
    kept, fresh = measured(), measure(repeats=1, warm_ups=1, names=NAMES)
    assert fresh["schedules"].keys() == kept["schedules"].keys(), AGAIN
    assert fresh["scenarios"].keys() == kept["scenarios"].keys(), AGAIN
    for name, take in fresh["scenarios"].items():
        before = kept["scenarios"][name]
        assert take["requests"] == before["requests"], (AGAIN, name)
        assert _invocations(take) == _invocations(before), (AGAIN, name)
        # Webhooks that come at the same moment try again, and a cache may be cold.
        ours, theirs = sum(take["aws"].values()), sum(before["aws"].values())
        assert max(ours, theirs) <= 1.5 * min(ours, theirs) + 2, (AGAIN, name, ours, theirs)
        assert take["writeUnits"] + take["readUnits"] > 0, name

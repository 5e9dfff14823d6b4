"""The platform leads to its console, once that has told where it answers."""

import pytest

from local.platform import Platform
from tests.support import Caller

ADDRESS = "http://127.0.0.1:4321/?token=abc"
ELSEWHERE = [None, 1, "https://evil.example/", "http://127.0.0.1.evil.example/", f"{ADDRESS}\r\n"]


def test_the_platform_leads_to_the_console_while_it_runs(platform: Platform, caller: Caller) -> None:
    with pytest.raises(LookupError, match="no console runs"):
        caller.local("GET", "/console")
    caller.local("PUT", "/console", {"address": ADDRESS})
    answer = caller.get("/_local/console")
    assert (answer.status, answer.header("location"), answer.header("cache-control")) == (
        302,
        ADDRESS,
        "no-store",
    )
    caller.local("PUT", "/console", {"address": ""})
    assert caller.get("/_local/console").status == 404


@pytest.mark.parametrize("address", ELSEWHERE)
def test_it_leads_to_no_other_place(caller: Caller, address: object) -> None:
    with pytest.raises(LookupError, match="must be an address on this machine"):
        caller.local("PUT", "/console", {"address": address})

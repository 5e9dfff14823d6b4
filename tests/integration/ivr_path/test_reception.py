"""A phone calls the sample flow: menu, subflow, hang-up in the middle; the record is exact."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.platform import Platform
from tests.integration.ivr_path.calls import CALLER, RECEPTION, STUDIO_NUMBER, StudioCall
from tests.integration.ivr_path.conftest import NewCall
from tests.support import eventually

Short = list[Any]


def ring(platform: Platform, new_call: NewCall, *deeds: tuple[str, dict[str, str]]) -> StudioCall:
    """Call the number behind the sample flow, do something at each prompt, and return the call."""
    call = new_call(RECEPTION)
    caller = call.caller
    placed = caller.local("POST", "/phone/calls", {"from": CALLER, "to": STUDIO_NUMBER})
    call.sid = placed["sid"]
    for deed, fields in deeds:
        caller.local("POST", f"/phone/calls/{call.sid}/{deed}", fields)
    return call


def press(digits: str) -> tuple[str, dict[str, str]]:
    return "press", {"digits": digits}


def short(steps: list[dict[str, Any]]) -> Short:
    return [
        [step["widget"], step["event"], step["next"], *([short(step["steps"])] if "steps" in step else [])]
        for step in steps
    ]


HANG_UP = ("hangup", dict[str, str]())
TO_THE_MENU: Short = [
    ["Trigger", "incomingCall", "link"],
    ["link", "success", "greeting"],
    ["greeting", "audioComplete", "menu"],
]


def test_a_hang_up_in_a_subflow_is_recorded_where_it_happened(platform: Platform, new_call: NewCall) -> None:
    call = ring(platform, new_call, press("1"), press("2"), HANG_UP)
    record = call.recorded()
    assert short(record["steps"]) == [
        *TO_THE_MENU,
        ["menu", "keypress", "choice"],
        ["choice", "match", "hours"],
        ["hours", "audioComplete", "menu"],
        ["menu", "keypress", "choice"],
        ["choice", "match", "appointment"],
        [
            "appointment",
            "hangup",
            "Ended",
            [["Trigger", "incomingParent", "which_day"], ["which_day", "hangup", "Ended"]],
        ],
    ]
    assert (record["endedAt"], record["endedReason"]) == ("which_day", "hungUp")
    assert record["widgets"]["menu"] == {"Digits": "2"}
    assert (record["from"], record["to"]) == (CALLER, STUDIO_NUMBER)
    assert (record["callStatus"], record["status"]) == ("completed", "recorded")
    assert [item["flowSid"] for item in record["executions"]] == [RECEPTION]
    assert record["executions"][0]["executionSid"] == record["steps"][0]["executionSid"]
    for step in record["steps"]:
        assert set(step) - {"steps"} == {"widget", "event", "next", "at", "durationMs", "executionSid"}


def test_a_flow_that_runs_to_its_end_is_recorded_completely(platform: Platform, new_call: NewCall) -> None:
    record = ring(platform, new_call, press("2"), press("4")).recorded()
    assert short(record["steps"]) == [
        *TO_THE_MENU,
        ["menu", "keypress", "choice"],
        ["choice", "match", "appointment"],
        [
            "appointment",
            "completed",
            "goodbye",
            [
                ["Trigger", "incomingParent", "which_day"],
                ["which_day", "keypress", "repeat_day"],
                ["repeat_day", "next", "booked"],
                ["booked", "audioComplete", "Ended"],
            ],
        ],
        ["goodbye", "audioComplete", "Ended"],
    ]
    assert (record["endedAt"], record["endedReason"]) == ("goodbye", "flowEnded")


def test_a_finished_record_is_archived_forwarded_and_listed(platform: Platform, new_call: NewCall) -> None:
    call = ring(platform, new_call, HANG_UP)
    record = call.recorded()
    assert eventually(call.forwarded) == [record]
    posts = call.caller.local("GET", "/operator")
    assert all(post["headers"]["x-switchboard-secret"].startswith("local-") for post in posts)
    started = datetime.fromisoformat(record["startedAt"]).astimezone(UTC)
    key = f"ivr-paths/year={started:%Y}/month={started:%m}/day={started:%d}/{call.sid}.json"
    archived = call.archived()
    assert set(archived) == {key}
    (line, rest) = archived[key].split("\n")
    assert (json.loads(line), rest) == (record, "")
    newest = call.caller.key_get(f"/ivr-paths?flowSid={RECEPTION}&limit=1").json()["items"][0]
    assert newest == {name: value for name, value in record.items() if name != "widgets"}


def test_without_a_redirect_the_execution_of_an_ended_call_stays_active(
    platform: Platform, new_call: NewCall
) -> None:
    # The stand-in shows the purpose of the redirect: only it tells Studio that the call has ended.
    number = platform.stand_in.account.numbers.numbers[STUDIO_NUMBER]
    platform.stand_in.account.numbers.add(type(number)(**{**number.__dict__, "status_callback": ""}))
    try:
        call = ring(platform, new_call, HANG_UP)
        execution = next(e for e in platform.stand_in.studio.executions.values() if e.call_sid == call.sid)
        assert platform.stand_in.account.tasks.wait(5, call.sid)
        assert execution.status == "active"
    finally:
        platform.stand_in.account.numbers.add(number)


@pytest.mark.parametrize("digits", ["3", "9"])
def test_every_branch_of_the_menu_is_recorded(platform: Platform, new_call: NewCall, digits: str) -> None:
    call = ring(platform, new_call, press(digits), HANG_UP)
    record = call.recorded()
    expected = {"3": ("desk", "match"), "9": ("menu", "noMatch")}[digits]
    assert (record["endedAt"], record["steps"][4]["event"]) == expected
    assert record["endedReason"] == "hungUp"

"""The page Call paths: what callers went through, and one call's path."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nicegui import ui
from nicegui.events import GenericEventArguments, handle_event
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction

from console.context import Console
from console.data.call_paths import sample
from local.platform import Platform
from tests.integration.console.conftest import Visit
from tests.integration.ivr_path.calls import CALLER, RECEPTION, STUDIO_NUMBER, StudioCall, bucket
from tests.integration.ivr_path.calls import item as stored_item
from tests.support import Caller

PATIENCE = 1000
"""Tries of 0.1 s: what a section shows is looked up in a thread."""

HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}` " + "A" * 1600


@pytest.fixture(autouse=True)
def _empty_table(platform: Platform) -> None:
    """Let no call of another test be there: the page shows all of a span."""
    client, table = platform.aws.client("dynamodb"), platform.resource_name("IvrPaths")
    for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="id, part"):
        for key in page["Items"]:
            client.delete_item(TableName=table, Key=key)


def taken(platform: Platform, caller: Caller, *widgets: str, **values: Any) -> StudioCall:
    """Return a recorded call through widgets."""
    call = StudioCall(platform, caller)
    call.in_studio(call.walk(*widgets), values)
    call.link()
    call.status()
    call.recorded()
    return call


def rung(platform: Platform, caller: Caller, *digits: str) -> StudioCall:
    """Return a recorded call to the sample flow, hung up after some digits."""
    call = StudioCall(platform, caller, RECEPTION)
    call.sid = caller.local("POST", "/phone/calls", {"from": CALLER, "to": STUDIO_NUMBER})["sid"]
    for one in digits:
        caller.local("POST", f"/phone/calls/{call.sid}/press", {"digits": one})
    caller.local("POST", f"/phone/calls/{call.sid}/hangup", {})
    call.recorded()
    return call


def archive(platform: Platform, record: Any, days_ago: int, sid: str = "CA" + "9" * 32) -> str:
    """Put a record, or anything else, into the archive; return its call."""
    day = datetime.fromtimestamp(platform.clock.now(), UTC) - timedelta(days=days_ago)
    key = f"ivr-paths/year={day:%Y}/month={day:%m}/day={day:%d}/{sid}.json"
    body = record
    if isinstance(record, dict):
        body = json.dumps(record | {"callSid": sid, "startedAt": f"{day:%Y-%m-%dT%H:%M:%S}.000Z"})
    platform.aws.client("s3").put_object(Bucket=bucket(platform), Key=key, Body=body.encode())
    return sid


@pytest.fixture
def archived(platform: Platform) -> Iterator[None]:
    """Leave nothing of the archive behind."""
    yield
    client = platform.aws.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket(platform), Prefix="ivr-paths/"
    ):
        for one in page.get("Contents", ()):
            client.delete_object(Bucket=bucket(platform), Key=one["Key"])


RECORD: dict[str, Any] = {
    "from": "+12025550177",
    "to": STUDIO_NUMBER,
    "callStatus": "completed",
    "callDuration": 12,
    "status": "recorded",
    "executions": [{"executionSid": "FN1", "flowSid": RECEPTION}],
    "steps": [
        {"widget": "Trigger", "event": "incomingCall", "next": "old_menu", "at": "2026-01-01T00:00:00.000Z"}
        | {"durationMs": 0, "executionSid": "FN1"},
        {"widget": "old_menu", "event": "failed", "next": "Ended", "at": "2026-01-01T00:00:12.000Z"}
        | {"durationMs": 12000, "executionSid": "FN1"},
    ],
    "endedAt": "old_menu",
    "endedReason": "flowEnded",
    "widgets": {"old_menu": {"Digits": "4711"}},
}


def select(user: User, **wanted: str) -> None:
    """Choose a span or a flow, as the fields do."""
    for one in user.find(ui.select).elements:
        if one.label == "Calls of" and "span" in wanted:
            one.value = wanted["span"]
        if one.label == "Flow" and "flow" in wanted:
            one.value = wanted["flow"]


async def named(user: User, flow: str) -> None:
    """Wait until Twilio has told a flow's name."""
    for _ in range(PATIENCE):
        if any(flow in str(one.options) for one in user.find(ui.select).elements if one.label == "Flow"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(flow)


def chart(user: User) -> dict[str, Any]:
    (found,) = user.find(ui.echart).elements
    series: dict[str, Any] = found.options["series"][0]
    return series


def click_band(user: User, number: int) -> None:
    """Let the browser tell of a click on a band of the diagram."""
    (found,) = user.find(ui.echart).elements
    names = ("componentType", "seriesType", "seriesIndex", "seriesName", "name", "data", "value")
    point = {**dict.fromkeys(names, ""), "componentType": "series", "dataType": "edge", "dataIndex": number}
    (listener,) = (one for one in found._event_listeners.values() if one.type == "componentClick")
    assert listener.handler
    handle_event(listener.handler, GenericEventArguments(sender=found, client=found.client, args=point))


def press(user: User, name: str) -> None:
    """Press the button that is read out as `name`."""
    assert user.client
    (found,) = (
        one
        for one in user.client.elements.values()
        if isinstance(one, ui.button) and name in {one.props.get("aria-label"), one.text}
    )
    UserInteraction(user, {found}, None).click()


def test_an_empty_table_is_explained(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("No call in this span", retries=PATIENCE)

    visit(act)


def test_moves_drop_off_and_calls_are_shown(visit: Visit, platform: Platform, caller: Caller) -> None:
    taken(platform, caller, "greeting", "menu")
    taken(platform, caller, "greeting", "hours")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("Drop-off and time a widget", retries=PATIENCE)
        shown = {(one["source"], one["target"]): one["value"] for one in chart(user)["links"]}
        assert sorted(shown.values()) == [1, 1, 1, 1]
        await user.should_see("flow ended: 2")
        await user.should_see("greeting")

    visit(act)


def test_the_calls_of_a_band_are_listed_by_a_click_and_by_the_table(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    one, two = taken(platform, caller, "greeting", "menu"), taken(platform, caller, "greeting", "hours")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see(one.sid, retries=PATIENCE)
        band = next(n for n, link in enumerate(chart(user)["links"]) if "menu" in link["target"])
        click_band(user, band)
        await user.should_see("from greeting to menu", retries=PATIENCE)
        await user.should_see(one.sid)
        await user.should_not_see(two.sid)
        user.find("All calls").click()
        await user.should_see(two.sid, retries=PATIENCE)
        click_band(user, 99)  # what a browser sends is not trusted
        press(user, "Calls from greeting to hours")
        await user.should_see("from greeting to hours", retries=PATIENCE)
        await user.should_not_see(one.sid)
        press(user, "Calls through menu")
        await user.should_see("through menu", retries=PATIENCE)
        await user.should_see(one.sid)

    visit(act)


def test_a_call_through_the_sample_flow_is_found_by_its_sid_with_sub_flow_and_values(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    call = rung(platform, caller, "1", "2")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        user.find("Call SID or number").type(call.sid)
        user.find(kind=ui.button, content="Find").click()
        await user.should_see(f"Path of {call.sid}", retries=PATIENCE)
        await user.should_see("which_day", retries=PATIENCE)
        await user.should_see("sub-flow")
        await user.should_see("Digits")
        await user.should_see("the caller hung up")
        user.find(kind=ui.button, content="Record").click()
        await user.should_see('"endedReason": "hungUp"')

    visit(act)


def test_the_calls_of_a_number_are_found_at_twilio_though_the_page_has_not_read_them(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    call = rung(platform, caller)

    async def act(user: User) -> None:
        await user.open(f"/call-paths?call={call.sid}")  # where no sample is read
        user.find("Call SID or number").type(f"{CALLER[:2]} (202) 555-0142")
        user.find(kind=ui.button, content="Find").click()
        await user.should_see(kind=ui.link, content=call.sid, retries=PATIENCE)

    visit(act)


@pytest.mark.parametrize("wanted", ["", "CA123", "0800", "<script>"])
def test_what_is_neither_sid_nor_number_is_said_at_the_field(visit: Visit, wanted: str) -> None:
    async def act(user: User) -> None:
        await user.open("/call-paths")
        user.find("Call SID or number").type(wanted)
        user.find(kind=ui.button, content="Find").click()
        await user.should_see("Call SID or number: must be a call's SID", retries=PATIENCE)

    visit(act)


def test_a_call_of_which_nothing_is_known_is_explained(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open(f"/call-paths?call=CA{'0' * 32}")
        await user.should_see("No path of this call is known", retries=PATIENCE)
        await user.open("/call-paths?call=x")
        await user.should_see("call: must be a SID: CA and 32 hex digits")

    visit(act)


@pytest.mark.usefixtures("archived")
def test_calls_that_the_table_has_lost_come_from_the_archive(
    visit: Visit, platform: Platform, console: Console
) -> None:
    sid = archive(platform, RECORD, days_ago=3)
    archive(platform, "no JSON", days_ago=3, sid="CA" + "8" * 32)

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("No call in this span", retries=PATIENCE)
        select(user, span="week")
        await user.should_see("old_menu: failed", retries=PATIENCE)
        await user.should_see("as they are no records of calls: 1 of")
        await user.open(f"/call-paths?call={sid}")
        await user.should_see("4711", retries=PATIENCE)
        console.show_numbers = False
        await user.open(f"/call-paths?call={sid}")
        await user.should_see("Values are masked", retries=PATIENCE)
        await user.should_not_see("4711")
        await user.should_not_see("+12025550177")

    visit(act)


@pytest.mark.usefixtures("archived")
def test_identities_are_masked_as_numbers_are(visit: Visit, platform: Platform, console: Console) -> None:
    ends = {"from": "client:ann.smith", "to": "sip:office@example.com"}
    sid = archive(platform, RECORD | ends, days_ago=3)
    console.show_numbers = False

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("No call in this span", retries=PATIENCE)
        select(user, span="week")
        await user.should_see("client:***", retries=PATIENCE)
        await user.should_not_see("ann.smith")
        await user.open(f"/call-paths?call={sid}")
        await user.should_see("sip:***@example.com", retries=PATIENCE)
        press(user, "Record")
        await user.should_see(f"Record of {sid}")
        for secret in ("ann.smith", "office@"):
            await user.should_not_see(secret)

    visit(act)


@pytest.mark.parametrize(
    "change", [{"callDuration": float("inf")}, {"steps": "x"}, {"steps": [RECORD["steps"][0] | {"at": "x"}]}]
)
@pytest.mark.usefixtures("archived")
def test_what_is_archived_as_a_call_and_is_none_is_said(
    visit: Visit, platform: Platform, change: dict[str, Any]
) -> None:
    sid = archive(platform, RECORD | change, days_ago=3)

    async def act(user: User) -> None:
        await user.open(f"/call-paths?call={sid}")
        await user.should_see("the archive has something else than a record of a call", retries=PATIENCE)

    visit(act)


@pytest.mark.usefixtures("archived")
def test_only_calls_with_errors_are_shown_where_the_operator_wants_it(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    fine = taken(platform, caller, "greeting")
    archive(platform, RECORD, days_ago=3)

    async def act(user: User) -> None:
        await user.open("/call-paths")
        select(user, span="week")
        await user.should_see("old_menu: failed", retries=PATIENCE)
        await user.should_see(fine.sid)
        user.find(ui.switch).click()
        await user.should_not_see(fine.sid, retries=PATIENCE)
        await user.should_see("old_menu: failed")

    visit(act)


def test_a_span_between_days_is_checked_at_its_fields(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    call = taken(platform, caller, "greeting")
    today = datetime.fromtimestamp(platform.clock.now(), UTC)

    async def act(user: User) -> None:
        await user.open("/call-paths")
        select(user, span="days")
        for label, day in (("First day (UTC)", today), ("Last day (UTC)", today - timedelta(days=1))):
            user.find(label).type(f"{day:%Y-%m-%d}")
        user.find(kind=ui.button, content="Show").click()
        await user.should_see("last day: must not be before the first day", retries=PATIENCE)
        user.find("Last day (UTC)").clear().type(f"{today:%Y-%m-%d}")
        user.find(kind=ui.button, content="Show").click()
        await user.should_not_see("must not be before", retries=PATIENCE)
        await user.should_see(call.sid, retries=PATIENCE)

    visit(act)


def test_what_was_chosen_is_chosen_when_the_page_opens_again(visit: Visit) -> None:
    async def act(user: User) -> None:
        await user.open("/call-paths")
        await named(user, "Reception (FW1111…)")
        select(user, span="month", flow=RECEPTION)
        await user.should_see("No call through this flow in this span", retries=PATIENCE)
        await user.open("/call-paths")
        await user.should_see("No call through this flow in this span", retries=PATIENCE)

    visit(act)


def test_many_calls_are_sampled_and_the_page_says_so(
    visit: Visit, platform: Platform, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "MOST_READ", 2)
    for _ in range(3):
        taken(platform, caller, "greeting")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("A sample: 2 of 3 calls were read", retries=PATIENCE)

    visit(act)


def test_hostile_names_and_values_are_texts(visit: Visit, platform: Platform, caller: Caller) -> None:
    call = taken(platform, caller, HOSTILE, "hung up", "hung up", HOSTILE, **{HOSTILE: {HOSTILE: HOSTILE}})

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see(call.sid, retries=PATIENCE)
        names = [node["name"] for node in chart(user)["data"]]
        assert len(names) == len(set(names))
        assert all(len(name) < 70 for name in names)
        await user.open(f"/call-paths?call={call.sid}")
        await user.should_see("<script>alert(1)</script>", retries=PATIENCE)
        assert user.client
        assert not [one for one in user.client.elements.values() if isinstance(one, ui.html | ui.markdown)]

    visit(act)


class Refusing:
    """Stands for a service of AWS that a policy forbids."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __getattr__(self, operation: str) -> Any:
        from botocore.exceptions import ClientError

        raise ClientError({"Error": {"Code": "AccessDenied", "Message": self._words}}, operation)


def test_what_aws_refuses_is_said_and_the_rest_goes_on(
    visit: Visit, console: Console, platform: Platform, caller: Caller
) -> None:
    call = taken(platform, caller, "greeting")
    console.stack._clients["s3"] = Refusing("s3 is not yours")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        select(user, span="week")
        await user.should_see("s3 is not yours", retries=PATIENCE)
        await user.should_see(call.sid)
        console.stack._clients["dynamodb"] = Refusing("dynamodb is not yours")
        select(user, span="month")
        await user.should_see("dynamodb is not yours", retries=PATIENCE)
        await user.should_not_see(call.sid)
        await user.should_see("Find a call")

    visit(act)


def test_a_call_under_way_is_listed_and_shown_as_such(
    visit: Visit, platform: Platform, caller: Caller
) -> None:
    call = StudioCall(platform, caller)
    call.link()
    assert stored_item(platform, call.sid, "record")

    async def act(user: User) -> None:
        await user.open("/call-paths")
        await user.should_see("not recorded yet", retries=PATIENCE)
        await user.open(f"/call-paths?call={call.sid}")
        await user.should_see("under way", retries=PATIENCE)
        await user.should_see("No steps are known yet")

    visit(act)

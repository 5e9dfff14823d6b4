"""The page SIP routes: an operator searches, edits, imports, publishes, goes back, and tries calls."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from console.context import Console
from console.parts import Words
from local.platform import Platform
from switchboard.settings import clear_settings
from tests.data.route_tables import route
from tests.integration.console.conftest import Visit
from tests.integration.sip_router.router import SipRouter
from tests.support import Caller, empty_table

PATIENCE = 1000
HOSTILE = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}{{7*7}}`${7*7}`"


@pytest.fixture(autouse=True)
def router(platform: Platform, caller: Caller) -> Iterator[SipRouter]:
    """The router before anything is saved: config-files/sip-routes.json is live."""
    empty_table(platform, platform.resource_name("SipRoutes"))
    found = SipRouter(caller)
    found.grow_stale()
    yield found
    empty_table(platform, platform.resource_name("SipRoutes"))


def listed(caller: Caller, version: str = "latest") -> Any:
    return caller.flex_post("/admin/list", {"version": version}, "admin").json()


def field(user: User, label: str, kind: type[ui.element] = ui.input) -> Any:
    """Return the latest field of a label or placeholder, of which … stands for the rest; None without any."""

    def is_it(one: ui.element) -> bool:
        name = str(one.props.get("label") or one.props.get("placeholder"))
        return name.startswith(label[:-1]) if label.endswith("…") else name == label

    return max(filter(is_it, all_of(user, kind)), key=lambda one: one.id, default=None)


async def fill(user: User, label: str, value: Any, kind: type[ui.element] = ui.input) -> None:
    """Fill in a field, once it is there."""
    for _ in range(PATIENCE):
        if (found := field(user, label, kind)) is not None:
            found.value = value
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"no field {label!r}")


async def press(user: User, words: str) -> None:
    """Press the latest button with exactly these words, once it is there."""
    for _ in range(PATIENCE):
        found = [one for one in all_of(user, ui.button) if one.text == words]
        if found:
            user.find(marker=mark(max(found, key=lambda one: one.id))).click()
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"no button {words!r}: {sorted(str(one.text) for one in all_of(user, ui.button))}")


def all_of(user: User, kind: type[Any]) -> list[Any]:
    """Return the elements of a kind; none where there is none."""
    try:
        return sorted(user.find(kind).elements, key=lambda one: one.id)
    except AssertionError:
        return []


def mark(element: ui.element) -> str:
    element.mark(f"mark-{element.id}")
    return f"mark-{element.id}"


def tick(user: User, *names: str) -> None:
    """Select the routes of these addresses."""
    for box in all_of(user, ui.checkbox):
        if str(box.props.get("aria-label")) in {f"Select {name}" for name in names}:
            box.value = True


async def upload(user: User, name: str, content: bytes) -> None:
    """Choose a file in the dialog of imports."""
    await press(user, "Import")
    await user.should_see(kind=ui.upload, retries=PATIENCE)
    await all_of(user, ui.upload)[-1].handle_uploads([SmallFileUpload(name, "text/plain", content)])


def other_saves(caller: Caller, change: Callable[[dict[str, Any]], None], note: str = "") -> str:
    """Let another administrator save a version; return its build's SID."""
    first = listed(caller)
    change(first["data"])
    request = {"data": first["data"], "version": first["version"], "note": note}
    saved = caller.flex_post("/admin/update", request, "admin")
    assert saved.status == 200, saved.text
    return str(saved.json()["buildSid"])


async def opened(user: User) -> None:
    await opened_at(user, "Every other address")


async def opened_at(user: User, words: str) -> None:
    await user.open("/sip-routes")
    await user.should_see(words, retries=PATIENCE)


def named(user: User, name: str) -> Any:
    """Return the button that is read out so."""
    return next(one for one in all_of(user, ui.button) if one.props.get("aria-label") == name)


def test_routes_are_listed_in_words_and_found_by_any_field(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await user.should_see("75% of calls: calls sip:warehouse@pbx-one.example.com")
        await user.should_see("Fri 08:00-16:00, 3 holidays, Europe/Berlin")
        await fill(user, "Search in all fields", "BERLIN numbers")
        await user.should_see("1 of 4 routes")
        await user.should_not_see("75% of calls")
        await fill(user, "Search in all fields", "nothing like this")
        await user.should_see("No route has these words.")

    visit(act)


def test_an_edited_route_is_saved_and_published_and_calls_follow(
    visit: Visit, caller: Caller, router: SipRouter
) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await fill(user, "Search in all fields", "4000")
        await press(user, "Edit")
        await user.should_see("Take over")
        await fill(user, "Where calls go: where", "Good morning", ui.textarea)
        await press(user, "Take over")
        await user.should_see("changes are not saved", retries=PATIENCE)
        await user.should_see("edited")
        await press(user, "Save …")
        await user.should_see("destination: Good morning", retries=PATIENCE)
        await fill(user, "Note for the history", "a friendlier word")
        await press(user, "Save and publish")
        await user.should_see("Version 2 is live", retries=PATIENCE)
        await user.should_see("a friendlier word", retries=PATIENCE)

    visit(act)
    assert listed(caller, "live")["data"]["routes"][1]["destination"] == "Good morning"
    router.grow_stale()
    assert router.heard("4000") == "<Say>Good morning</Say>"


def test_a_fault_stands_at_its_field_and_the_route_is_not_taken_over(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await press(user, "Add a route")
        await user.should_see("How it is compared")
        await fill(user, "Address", "sip:4000@example.com")
        await fill(user, "Where calls go: where", "no address", ui.textarea)
        await press(user, "Take over")
        await user.should_see("This cannot be taken over yet:")
        assert field(user, "Where calls go: where", ui.textarea).error.startswith("must be a SIP URI")
        await fill(user, "Where calls go: where", "sip:ann@example.com", ui.textarea)
        await press(user, "Take over")
        await user.should_see("address: is taken already, by another route")
        assert field(user, "Address").error
        assert not field(user, "Where calls go: where", ui.textarea).error
        await fill(user, "Address", "4711")
        await press(user, "Take over")
        await user.should_see("5 routes", retries=PATIENCE)

    visit(act)


def test_hours_shares_and_a_fallback_are_entered_in_the_form(visit: Visit, caller: Caller) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await press(user, "Add a route")
        await fill(user, "Address", "4711")
        await fill(user, "Where calls go: where", "sip:one@example.com", ui.textarea)
        await press(user, "Another destination")
        await fill(user, "Another destination: where", "sip:two@example.com", ui.textarea)
        await fill(user, "Share", 3, ui.number)
        all_of(user, ui.switch)[-1].value = True
        await fill(user, "Time zone, such as…", "Europe/Rome")
        await fill(user, "Monday", "09:00-12:00, 13:00-25:00")
        await fill(user, "When it is closed", "say", ui.select)
        await fill(user, "When it is closed: where", "Closed", ui.textarea)
        await fill(user, "Days that differ…", "12-24 09:00-12:00\n12-25", ui.textarea)
        await press(user, "Take over")
        await user.should_see("must be hours, such as 09:00-17:30")
        assert field(user, "Monday").error
        await fill(user, "Monday", "09:00-12:00, 13:00-17:00")
        await press(user, "Take over")
        await user.should_see("75% of calls: calls sip:two@example.com", retries=PATIENCE)
        await user.should_see("Open Mon 09:00-12:00 and 13:00-17:00, 2 holidays, Europe/Rome")
        await press(user, "Save …")
        await press(user, "Save")
        await user.should_see("Version 2 is saved", retries=PATIENCE)

    visit(act)
    assert listed(caller)["data"]["routes"][4] == {
        "address": "4711",
        "comment": "",
        "type": "dial-sip",
        "destination": "sip:one@example.com",
        "alternatives": [{"type": "dial-sip", "destination": "sip:two@example.com", "weight": 3}],
        "schedule": {
            "timeZone": "Europe/Rome",
            "weekly": {"mon": ["09:00-12:00", "13:00-17:00"]},
            "holidays": {"12-24": ["09:00-12:00"], "12-25": []},
        },
        "otherwise": {"type": "say", "destination": "Closed"},
    }


def test_several_routes_are_changed_and_deleted_at_once_and_undone(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        tick(user, "4000", "+4930*")
        await user.should_see("2 selected")
        await press(user, "Change")
        await fill(user, "Comment", HOSTILE)
        await fill(user, "Find in…", "sip:berlin@")
        await fill(user, "Replace with", "nobody")
        user.find(marker=mark([b for b in all_of(user, ui.button) if b.text == "Change"][-1])).click()
        await user.should_see("This cannot be taken over:", retries=PATIENCE)
        await fill(user, "Replace with", "sip:munich@")
        user.find(marker=mark([b for b in all_of(user, ui.button) if b.text == "Change"][-1])).click()
        await user.should_see(HOSTILE, retries=PATIENCE)
        await user.should_see("sip:munich@pbx.example.com")
        await press(user, "Delete")
        await press(user, "Delete 2 routes")
        await user.should_see("2 routes", retries=PATIENCE)
        await press(user, "Undo")
        await user.should_see("4 routes", retries=PATIENCE)
        await press(user, "Discard")
        await press(user, "Discard them")
        await user.should_see("Berlin numbers go to the switch there", retries=PATIENCE)
        await user.should_not_see("changes are not saved")

    visit(act)


def test_all_routes_that_a_search_finds_are_selected_and_patterns_change_their_order(
    visit: Visit, caller: Caller
) -> None:
    def more(data: dict[str, Any]) -> None:
        data["routes"] += [route(f"^6{number}") for number in range(30)]

    other_saves(caller, more)

    async def act(user: User) -> None:
        await opened_at(user, "34 routes")
        await fill(user, "Search in all fields", "^6")
        await user.should_see("30 of 34 routes")
        await press(user, "Select all 30 found")
        await user.should_see("30 selected")
        await press(user, "Select none")
        await fill(user, "Search in all fields", "^61")
        user.find(marker=mark(named(user, "Try ^61 earlier"))).click()
        await user.should_see("changes are not saved", retries=PATIENCE)
        await press(user, "Save …")
        await user.should_see("Patterns are tried in another order.", retries=PATIENCE)
        await press(user, "Save")
        await user.should_see("Version 3 is saved", retries=PATIENCE)

    visit(act)
    assert [one["address"] for one in listed(caller)["data"]["routes"][4:7]] == ["^61", "^60", "^62"]


def test_what_is_not_saved_is_still_there_when_the_page_is_opened_again(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        tick(user, "4000")
        await press(user, "Delete")
        await press(user, "Delete 1 route")
        await user.should_see("3 routes", retries=PATIENCE)
        await press(user, "Add a route")
        await fill(user, "Address", "4712")
        await asyncio.sleep(1.5)  # a form is kept once a second
        await opened(user)
        await user.should_see("3 routes", retries=PATIENCE)
        await user.should_see("changes are not saved")
        await press(user, "Open it again")
        await user.should_see("How it is compared", retries=PATIENCE)
        assert field(user, "Address").value == "4712"
        await press(user, "Cancel")
        await user.should_not_see("A form was left open", retries=PATIENCE)

    visit(act)


def test_an_import_reports_every_line_and_takes_the_faultless_ones_over(visit: Visit, caller: Caller) -> None:
    table = (
        "address,comment,type,destination,weight\n"
        "1,good,say,Hello,\n2,bad,dial-sip,nowhere,\n1,twice,say,Hello,\n3,,say,Hello,x\n4000,,say,Changed,\n"
    )

    async def act(user: User) -> None:
        await opened(user)
        await upload(user, "routes.csv", table.encode())
        await user.should_see("3 faulty", retries=PATIENCE)
        await user.should_see("1 new")
        await user.should_see("1 changed")
        await user.should_see("address: is taken already, by line 2")
        await user.should_see("destination: must be a SIP URI")
        await user.should_see("weight: must be JSON")
        await press(user, "Download the report")
        report = (await user.download.next(timeout=30)).text
        assert len(report.splitlines()) == 6
        await press(user, "Add the others")
        await user.should_see("5 routes", retries=PATIENCE)

    visit(act)
    assert len(listed(caller)["data"]["routes"]) == 4


def test_an_export_holds_what_is_edited_and_comes_back_as_it_is(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await press(user, "Export")
        items = all_of(user, ui.menu_item)
        user.find(marker=mark(items[-2])).click()
        table = (await user.download.next(timeout=30)).text
        assert table.startswith("address,comment,type,destination,")
        await upload(user, "again.csv", table.encode())
        await user.should_see("5 unchanged", retries=PATIENCE)
        await press(user, "Replace all")
        await user.should_see("again.csv: 4 routes taken over", retries=PATIENCE)
        await user.should_not_see("changes are not saved")

    visit(act)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"x,y\n1,2\n", "the column address is missing"),
        ("b.json", b"[]", "b.json: must hold routes"),
        ("c.json", b"{", "c.json: Expecting"),
        ("d.csv", b"\xff\x00", "d.csv: is not UTF-8"),
    ],
)
def test_a_file_that_holds_no_routes_is_refused_with_its_reason(
    visit: Visit, name: str, content: bytes, reason: str
) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await upload(user, name, content)
        await user.should_see(reason, retries=PATIENCE)
        await user.should_see("4 routes")

    visit(act)


def test_a_version_is_published_after_its_difference_and_rolled_back(
    visit: Visit, caller: Caller, router: SipRouter
) -> None:
    def close(data: dict[str, Any]) -> None:
        data["routes"] = []
        data["default"]["destination"] = "Gone"

    other_saves(caller, close, "close down")

    async def act(user: User) -> None:
        await opened_at(user, "There are no routes yet")
        await user.should_see("close down", retries=PATIENCE)
        await press(user, "Publish …")
        await user.should_see("4 deleted", retries=PATIENCE)
        await press(user, "Publish it")
        await user.should_see("Version 2 is live", retries=PATIENCE)
        await press(user, "Roll back")
        await press(user, "Roll back")
        await user.should_see("Roll back to version 1?", retries=PATIENCE)
        await asyncio.sleep(0.3)
        assert len(user.find("Roll back to version 1?").elements) == 1
        await user.should_see("4 added")
        await press(user, "Roll back to it")
        await user.should_see("Calls follow the map of version 1 again", retries=PATIENCE)
        await user.should_see("4 routes", retries=PATIENCE)

    visit(act)
    assert len(listed(caller, "live")["data"]["routes"]) == 4
    router.grow_stale()
    assert "from eight in the morning" in router.heard("4000")


def test_a_call_is_tried_at_a_time_by_what_is_edited(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await fill(user, "Called address", "sip:4321@example.com")
        await fill(user, "When", "2027-01-04 22:00")
        await press(user, "Try")
        await user.should_see("closed", retries=PATIENCE)
        await user.should_see("We are closed.", retries=PATIENCE)
        await fill(user, "When", "2027-01-04T07:30")
        await press(user, "Try")
        await user.should_see("open", retries=PATIENCE)
        await user.should_see("<Client>", retries=PATIENCE)
        await user.should_see("Reception is busy.", retries=PATIENCE)
        await user.should_see("At Mon 2027-01-04 07:30 UTC, by route 4321:")
        await fill(user, "When", "yesterday")
        await press(user, "Try")
        await user.should_see("must be a time such as 2027-01-04 07:30", retries=PATIENCE)
        assert field(user, "When").error
        await fill(user, "Called address", " ")
        await press(user, "Try")
        await user.should_see("must not be empty", retries=PATIENCE)
        assert field(user, "Called address").error == "must not be empty"

    visit(act)


def test_a_version_that_another_saves_meanwhile_is_merged_and_nothing_of_either_is_lost(
    visit: Visit, caller: Caller
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["routes"][2]["destination"] = "sip:hamburg@pbx.example.com"

    async def act(user: User) -> None:
        await opened(user)
        tick(user, "4321")
        await press(user, "Delete")
        await press(user, "Delete 1 route")
        other_saves(caller, change)
        await press(user, "Save …")
        await press(user, "Save")
        await user.should_see("Another administrator saved a version meanwhile.", retries=PATIENCE)
        await user.should_see("sip:hamburg@pbx.example.com", retries=PATIENCE)
        await press(user, "Save …")
        await user.should_see("Save as version 3", retries=PATIENCE)
        await press(user, "Save")
        await user.should_see("Version 3 is saved", retries=PATIENCE)

    visit(act)
    found = {one["address"]: one["destination"] for one in listed(caller)["data"]["routes"]}
    assert "4321" not in found
    assert found["+4930*"] == "sip:hamburg@pbx.example.com"


@pytest.mark.parametrize(("words", "said"), [("Keep yours", "Mine"), ("Take theirs", "Theirs")])
def test_a_route_that_both_have_changed_is_a_choice_before_it_is_saved(
    visit: Visit, caller: Caller, words: str, said: str
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["routes"][1]["destination"] = "Theirs"
        data["default"]["destination"] = "Also theirs"

    async def act(user: User) -> None:
        await opened(user)
        await fill(user, "Search in all fields", "4000")
        await press(user, "Edit")
        other_saves(caller, change)
        await fill(user, "Where calls go: where", "Mine", ui.textarea)
        await press(user, "Take over")
        await user.should_see("changes are not saved", retries=PATIENCE)
        user.find(marker=mark(named(user, "Look up Routes again"))).click()
        await user.should_see("Another administrator has changed a route", retries=PATIENCE)
        await press(user, words)
        if said == "Mine":
            await press(user, "Save …")
            await press(user, "Save")
            await user.should_see("Version 3 is saved", retries=PATIENCE)
        else:
            await user.should_not_see("changes are not saved", retries=PATIENCE)

    visit(act)
    assert listed(caller)["data"]["routes"][1]["destination"] == said
    assert listed(caller)["data"]["default"]["destination"] == "Also theirs"


def test_what_aws_refuses_is_said_and_nothing_that_was_edited_is_lost(
    visit: Visit, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not your bucket"}}, "PutObject")

    async def act(user: User) -> None:
        await opened(user)
        tick(user, "4000")
        await press(user, "Delete")
        await press(user, "Delete 1 route")
        await press(user, "Save …")
        with monkeypatch.context() as patch:
            patch.setattr("switchboard.aws.s3.write", refuse)
            await press(user, "Save")
            await user.should_see("AWS refuses", retries=PATIENCE)
        await user.should_see("changes are not saved", retries=PATIENCE)
        await press(user, "Save …")
        await press(user, "Save")
        await user.should_see("Version 2 is saved", retries=PATIENCE)

    visit(act)
    assert len(listed(caller)["data"]["routes"]) == 3


def test_numbers_are_masked_until_the_eye_is_pressed(visit: Visit, console: Console, caller: Caller) -> None:
    def add(data: dict[str, Any]) -> None:
        data["routes"].append(route("+4930123456", comment="for +4930999888"))

    other_saves(caller, add)
    console.show_numbers = False

    async def act(user: User) -> None:
        await opened(user)
        await user.should_see("+***3456")
        await user.should_not_see("4930123456")
        await user.should_not_see("4930999888")

    visit(act)


def test_a_stack_without_the_table_is_told_to_be_older(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(user: User) -> None:
        monkeypatch.delenv("SIP_ROUTES_TABLE")
        clear_settings()
        await user.open("/sip-routes")
        await user.should_see("The stack lacks what this needs: deploy this version first.", retries=PATIENCE)
        await user.should_see("SIP_ROUTES_TABLE")

    visit(act)


def test_two_clicks_ask_once_and_show_older_versions_once(visit: Visit, router: SipRouter) -> None:
    for number in range(12):
        data = router.list()["data"]
        router.save({**data, "routes": [*data["routes"], route(address=f"sip:7{number}@example.com")]})

    async def act(user: User) -> None:
        await opened(user)
        await user.should_see("Older versions", retries=PATIENCE)
        user.find("Older versions").click().click()
        await user.should_see("Version 1", retries=PATIENCE)
        user.find("Publish …").click().click()
        await user.should_see("What changes for them:", retries=PATIENCE)
        await asyncio.sleep(0.3)
        assert len(user.find("What changes for them:").elements) == 1
        versions = [one.text for one in user.find(kind=Words, content="Version ").elements]
        assert len(versions) == len(set(versions))

    visit(act)

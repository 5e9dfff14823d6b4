"""The page SIP routes: an operator searches, edits, imports, publishes, goes back, and tries calls."""

from collections.abc import Iterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from console.context import Console
from local.platform import Platform
from tests.integration.console.conftest import Visit
from tests.integration.sip_router.router import SipRouter
from tests.support import Caller, empty_table

PATIENCE = 100
FAULTY_FILES = {"a.csv": b"x,y\n1,2\n", "b.json": b"[]", "c.json": b"{", "d.csv": b"\xff\x00"}
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
    """Return the field that has a label, or a placeholder; the latest where several have."""
    found = [
        one
        for one in user.find(kind).elements
        if str(one.props.get("label") or one.props.get("placeholder")).startswith(label)
    ]
    return max(found, key=lambda one: one.id)


async def press(user: User, words: str) -> None:
    """Press the latest button with exactly these words."""
    await user.should_see(kind=ui.button, content=words, retries=PATIENCE)
    found = [one for one in user.find(kind=ui.button, content=words).elements if one.text == words]
    latest = max(found, key=lambda one: one.id)
    latest.mark("pressed")
    user.find(marker="pressed").click()
    latest.mark("was-pressed")


async def opened(user: User) -> None:
    await user.open("/sip-routes")
    await user.should_see("Every other address", retries=PATIENCE)


def test_routes_are_listed_in_words_and_found_by_any_field(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await user.should_see("75% of calls: calls sip:warehouse@pbx-one.example.com")
        await user.should_see("Fri 08:00-16:00, 3 holidays, Europe/Berlin")
        field(user, "Search").value = "BERLIN numbers"
        await user.should_see("1 of 4 routes")
        await user.should_not_see("75% of calls")
        field(user, "Search").value = "nothing like this"
        await user.should_see("No route has these words.")

    visit(act)


def test_an_edited_route_is_saved_and_published_and_calls_follow(
    visit: Visit, caller: Caller, router: SipRouter
) -> None:
    async def act(user: User) -> None:
        await opened(user)
        field(user, "Search").value = "4000"
        await press(user, "Edit")
        await user.should_see("Take over")
        field(user, "Where calls go: where", ui.textarea).value = "Good morning"
        await press(user, "Take over")
        await user.should_see("changes are not saved", retries=PATIENCE)
        await press(user, "Save …")
        await user.should_see("~ 4000", retries=PATIENCE)
        field(user, "Note").value = "a friendlier word"
        await press(user, "Save and publish")
        await user.should_see("is saved and live.", retries=PATIENCE)
        await user.should_see("a friendlier word", retries=PATIENCE)

    visit(act)
    assert listed(caller, "live")["data"]["routes"][1]["destination"] == "Good morning"


def test_a_fault_stands_at_its_field_and_the_route_is_not_taken_over(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        await press(user, "Add a route")
        await user.should_see("How it is compared")
        field(user, "Address").value = "4711"
        field(user, "Where calls go: where", ui.textarea).value = "no address"
        await press(user, "Take over")
        await user.should_see("This cannot be taken over yet:")
        assert field(user, "Where calls go: where", ui.textarea).error
        field(user, "Where calls go: where", ui.textarea).value = "sip:ann@example.com"
        await press(user, "Take over")
        await user.should_see("5 routes", retries=PATIENCE)

    visit(act)


def test_several_routes_are_changed_and_deleted_at_once(visit: Visit, console: Console) -> None:
    async def act(user: User) -> None:
        await opened(user)
        for box in sorted(user.find(ui.checkbox).elements, key=lambda one: one.id)[:2]:
            box.value = True
        await user.should_see("2 selected")
        await press(user, "Change")
        field(user, "Comment").value = HOSTILE
        buttons = [
            one for one in user.find(kind=ui.button, content="Change").elements if one.text == "Change"
        ]
        max(buttons, key=lambda one: one.id).mark("agree")
        user.find(marker="agree").click()
        await user.should_see(HOSTILE, retries=PATIENCE)
        await press(user, "Delete")
        await user.should_see("2 routes", retries=PATIENCE)
        await press(user, "Discard")
        await user.should_see("4 routes", retries=PATIENCE)

    visit(act)


def test_what_is_not_saved_is_still_there_when_the_page_is_opened_again(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        sorted(user.find(ui.checkbox).elements, key=lambda one: one.id)[0].value = True
        await press(user, "Delete")
        await user.should_see("3 routes", retries=PATIENCE)
        await opened(user)
        await user.should_see("3 routes", retries=PATIENCE)
        await user.should_see("changes are not saved")

    visit(act)


def test_an_import_reports_each_faulty_row_and_nothing_is_saved(visit: Visit, caller: Caller) -> None:
    table = (
        "address,comment,type,destination\n"
        "1,good,say,Hello\n2,bad,dial-sip,nowhere\n1,twice,say,Hello\n,,say,Nobody\n"
    )

    async def act(user: User) -> None:
        await opened(user)
        await press(user, "Import")
        upload = next(iter(user.find(ui.upload).elements))
        await upload.handle_uploads([SmallFileUpload("routes.csv", "text/csv", table.encode())])
        await user.should_see("routes.csv: 3 routes.", retries=PATIENCE)
        await press(user, "Save …")
        await user.should_see("2 faults keep this map from being saved.", retries=PATIENCE)
        await user.should_see("is taken already")
        await press(user, "Go on editing")

    visit(act)
    assert len(listed(caller)["data"]["routes"]) == 4


def test_an_export_holds_what_is_edited_and_comes_back_as_it_is(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        user.find("sip-routes.csv").click()
        table = (await user.download.next(timeout=30)).text
        assert table.startswith("address,comment,type,destination,")
        await press(user, "Import")
        upload = next(iter(user.find(ui.upload).elements))
        await upload.handle_uploads([SmallFileUpload("again.csv", "text/csv", table.encode())])
        await user.should_see("again.csv: 4 routes.", retries=PATIENCE)
        await user.should_not_see("changes are not saved")

    visit(act)


def test_a_file_that_holds_no_routes_is_refused_with_its_reason(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        for name, content in (
            ("a.csv", b"x,y\n1,2\n"),
            ("b.json", b"[]"),
            ("c.json", b"{"),
            ("d.csv", b"\xff\x00"),
        ):
            await press(user, "Import")
            upload = max(user.find(ui.upload).elements, key=lambda one: one.id)
            await upload.handle_uploads([SmallFileUpload(name, "text/plain", content)])
        await user.should_see("the column address is missing", retries=PATIENCE)
        await user.should_see("b.json: must hold routes")
        await user.should_see("4 routes")

    visit(act)


def test_a_version_goes_back_to_an_older_one(visit: Visit, caller: Caller) -> None:
    first = listed(caller)
    data = {**first["data"], "routes": []}
    saved = caller.flex_post("/admin/update", {"data": data, "version": first["version"]}, "admin").json()
    caller.flex_post("/admin/publish", {"buildSid": saved["buildSid"]}, "admin")

    async def act(user: User) -> None:
        await opened(user)
        await user.should_see("There are no routes yet", retries=PATIENCE)
        await press(user, "Go back")
        await user.should_see("Route calls by version 1?")
        await press(user, "Route calls by it")
        await user.should_see("Calls follow version 1 again.", retries=PATIENCE)
        await user.should_see("4 routes", retries=PATIENCE)

    visit(act)
    assert len(listed(caller, "live")["data"]["routes"]) == 4


def test_a_call_is_tried_at_a_time_by_what_is_edited(visit: Visit) -> None:
    async def act(user: User) -> None:
        await opened(user)
        field(user, "Address, such as").value = "sip:4321@example.com"
        field(user, "When:").value = "2027-01-04 22:00"
        await press(user, "Try")
        await user.should_see("closed", retries=PATIENCE)
        await user.should_see("We are closed.", retries=PATIENCE)
        field(user, "When:").value = "yesterday"
        await press(user, "Try")
        await user.should_see("at: must be", retries=PATIENCE)

    visit(act)


def test_another_administrators_version_is_not_overwritten(visit: Visit, caller: Caller) -> None:
    async def act(user: User) -> None:
        await opened(user)
        sorted(user.find(ui.checkbox).elements, key=lambda one: one.id)[0].value = True
        await press(user, "Delete")
        first = listed(caller)
        other = {**first["data"], "routes": first["data"]["routes"][1:]}
        assert (
            caller.flex_post("/admin/update", {"data": other, "version": first["version"]}, "admin").status
            == 200
        )
        await press(user, "Save …")
        await press(user, "Save")
        await user.should_see("Another administrator saved a version meanwhile.", retries=PATIENCE)
        await user.should_see("version 2", retries=PATIENCE)

    visit(act)

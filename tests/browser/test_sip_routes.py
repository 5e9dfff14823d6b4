"""The page SIP routes in a real browser: a route is edited and published, and a call follows it."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.platform import Platform
from tests.browser.hostile import HOSTILE
from tests.browser.watched_page import WatchedPage
from tests.data.route_tables import route
from tests.integration.sip_router.router import SipRouter
from tests.support import Caller, empty_table

IMPORT = """address,comment,type,destination,weight
4100,Sales in Hamburg,dial-sip,sip:sales@pbx.example.com,
4000,Opening hours,say,We are there from nine to five.,
4200,Support,dial-sip,support at pbx,
4100,Sales again,dial-client,sales,
4300,Legal,dial-client,legal,half
"""


@pytest.fixture
def router(platform: Platform, caller: Caller) -> Iterator[SipRouter]:
    """The router, whose versions are gone after the test."""
    empty_table(platform, platform.resource_name("SipRoutes"))
    found = SipRouter(caller)
    found.grow_stale()
    yield found
    empty_table(platform, platform.resource_name("SipRoutes"))


def opened(page: WatchedPage, words: str) -> Any:
    """Open the page, once it shows the version that has these words."""
    page.open("/sip-routes")
    page.page.get_by_text(words).first.wait_for()
    return page.page


def button(page: Any, words: str) -> Any:
    """Return the latest button of these words, which is that of an open dialog."""
    return page.get_by_role("button", name=words, exact=True).last


def test_a_route_is_edited_and_published_and_a_call_follows_it(page: WatchedPage, router: SipRouter) -> None:
    assert "from eight in the morning" in router.heard("4000")
    shown = opened(page, "Every other address")
    page.check("sip-routes")
    shown.get_by_label("Search in all fields").fill("opening hours")
    shown.get_by_text("1 of 4 routes").wait_for()
    button(shown, "Edit 4000").click()
    shown.get_by_label("Where calls go: where").fill("We are there around the clock.")
    page.check("sip-route-form")
    button(shown, "Take over").click()
    shown.get_by_text("changes are not saved").wait_for()
    button(shown, "Save …").click()
    shown.get_by_text("destination: We are there around the clock.").wait_for()
    page.check("sip-routes-save")
    shown.get_by_label("Note for the history").fill("Open day and night")
    button(shown, "Save and publish").click()
    shown.get_by_text("Version 2 is live").wait_for()
    router.grow_stale()
    assert router.heard("4000") == "<Say>We are there around the clock.</Say>"
    shown.get_by_placeholder("4321, or").fill("4321")
    shown.get_by_label("When", exact=True).fill("2027-01-04 22:00")
    shown.keyboard.press("Enter")
    shown.get_by_text("We are closed.").first.wait_for()
    shown.get_by_label("Search in all fields").fill("")
    shown.get_by_text("4 routes").first.wait_for()
    page.check("sip-routes-tried")
    button(shown, "Roll back version 1").click()
    button(shown, "Roll back to it").click()
    shown.get_by_text("Calls follow the map of version 1 again").wait_for()
    router.grow_stale()
    assert "from eight in the morning" in router.heard("4000")


def test_a_file_is_imported_with_a_report_for_each_line(
    page: WatchedPage, router: SipRouter, tmp_path: Path
) -> None:
    path = tmp_path / "routes.csv"
    path.write_text(IMPORT, encoding="utf-8")
    shown = opened(page, "Every other address")
    button(shown, "Import").click()
    shown.locator("input[type=file]").set_input_files(path)
    shown.get_by_text("weight: must be JSON").wait_for()
    page.check("sip-routes-import")
    button(shown, "Add the others").click()
    shown.get_by_text("5 routes").first.wait_for()
    button(shown, "Discard").click()
    button(shown, "Discard them").click()
    shown.get_by_text("4 routes").first.wait_for()


def test_hostile_routes_run_no_script_and_break_nothing(page: WatchedPage, router: SipRouter) -> None:
    data = router.list()["data"]
    hostile = route(HOSTILE[:240], destination=HOSTILE, comment=HOSTILE)
    router.save({**data, "routes": [*data["routes"], hostile]}, note=HOSTILE[:500])
    shown = opened(page, "5 routes")
    shown.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.check("hostile-sip-routes")
    button(shown, "Publish …").click()
    shown.get_by_text("1 added").wait_for()
    page.check("hostile-sip-publish")
    button(shown, "Cancel").click()
    shown.get_by_label("Search in all fields").fill("onerror")
    shown.get_by_text("1 of 5 routes").wait_for()
    shown.get_by_role("button", name="Edit <script>").click()
    shown.get_by_label("How it is compared").wait_for()
    page.check("hostile-sip-form")
    button(shown, "Cancel").click()
    shown.get_by_label("How it is compared").wait_for(state="hidden")
    shown.get_by_placeholder("4321, or").fill(HOSTILE)
    button(shown, "Try").click()
    shown.get_by_label("TwiML").wait_for()
    page.check("hostile-sip-trial")


def test_ten_thousand_routes_are_there_at_once(page: WatchedPage, router: SipRouter) -> None:
    data = router.list()["data"]
    many = [
        route(f"9{number:05d}", "dial-sip", f"sip:{number}@pbx.example.com", comment=f"Extension {number}")
        for number in range(10_000)
    ]
    router.save_packed({**data, "routes": [*data["routes"], *many]})
    for _ in range(2):  # the map is read once, and anew where another test had later versions
        opened(page, "10,004 routes")
    times = {}
    begun = time.monotonic()
    shown = opened(page, "10,004 routes")
    times["opened"] = time.monotonic() - begun
    begun = time.monotonic()
    shown.get_by_label("Search in all fields").fill("extension 9876")
    shown.get_by_text("1 of 10,004 routes").wait_for()
    times["searched"] = time.monotonic() - begun
    shown.get_by_label("Search in all fields").fill("")
    shown.get_by_text("Extension 20", exact=True).wait_for()
    begun = time.monotonic()
    shown.get_by_label("Next page").or_(
        shown.get_by_role("button", name="keyboard_arrow_right")
    ).first.click()
    shown.get_by_text("Extension 24", exact=True).wait_for()
    times["turned"] = time.monotonic() - begun
    print({name: f"{seconds:.2f} s" for name, seconds in times.items()})
    assert shown.locator("table.routes tbody tr").count() == 26  # and the default route
    page.check("sip-routes-ten-thousand")

"""The page Call paths in a real browser: a call is found, a band is pressed, and data runs no script."""

import time

import pytest

from local.platform import Platform
from tests.browser.watched_page import WatchedPage
from tests.data.recorded_calls import store_calls
from tests.integration.ivr_path.calls import CALLER, RECEPTION, STUDIO_NUMBER, StudioCall
from tests.support import Caller

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre><svg onload=alert(3)>"
    "\N{RIGHT-TO-LEFT OVERRIDE}{{constructor.constructor('alert(4)')()}}`${alert(5)}` " + "A" * 1400
)


@pytest.fixture(autouse=True)
def _empty_table(platform: Platform) -> None:
    """Let no call of another test be there: the page shows all of a span."""
    table = platform.aws.backend("dynamodb").get_table(platform.resource_name("IvrPaths"))
    table.items.clear()


def open_afresh(page: WatchedPage) -> None:
    """Open the page, and let it look up what another test has changed."""
    page.open("/call-paths")
    page.page.get_by_role("button", name="Look up How callers move again").click()
    page.page.mouse.move(0, 0)


def test_a_call_through_a_flow_is_found_by_its_sid(
    page: WatchedPage, platform: Platform, caller: Caller
) -> None:
    call = StudioCall(platform, caller, RECEPTION)
    call.sid = caller.local("POST", "/phone/calls", {"from": CALLER, "to": STUDIO_NUMBER})["sid"]
    for digits in ("1", "2"):
        caller.local("POST", f"/phone/calls/{call.sid}/press", {"digits": digits})
    caller.local("POST", f"/phone/calls/{call.sid}/hangup", {})
    call.recorded()
    page.open("/call-paths")
    page.page.get_by_label("Call SID or number").fill(call.sid)
    page.page.keyboard.press("Enter")
    page.page.get_by_role("heading", name=f"Path of {call.sid}").wait_for()
    page.page.get_by_text("the caller hung up").wait_for()
    page.check("call-path")
    page.page.get_by_role("link", name="All calls").click()
    page.page.get_by_role("link", name=call.sid).wait_for()


def test_a_band_and_its_row_in_the_table_lead_to_its_calls(page: WatchedPage, platform: Platform) -> None:
    store_calls(platform, 2000)
    open_afresh(page)
    page.page.get_by_role("heading", name="Drop-off and time a widget").wait_for()
    began = time.monotonic()
    page.page.goto(page.page.url)
    page.page.get_by_role("heading", name="Call paths").wait_for()
    print(f"the page is there after {time.monotonic() - began:.2f} s")
    page.page.get_by_role("heading", name="Drop-off and time a widget").wait_for()
    print(f"its 2,000 calls are drawn after {time.monotonic() - began:.2f} s")
    page.check("call-paths")
    page.page.set_viewport_size({"width": 1400, "height": 900})
    band = page.page.locator(".sankey path[fill-opacity='0.35'], .sankey path[opacity='0.35']").first
    band.click(force=True)
    page.page.get_by_role("button", name="All calls").click()
    page.page.get_by_role("button", name="The bands as a table").focus()
    page.page.keyboard.press("Enter")
    page.page.get_by_role("button", name="Calls from link to greeting").focus()
    page.page.keyboard.press("Enter")
    page.page.get_by_text("from link to greeting", exact=True).wait_for()
    page.check("call-paths-of-a-band")


def test_a_span_without_calls_says_what_fills_it(page: WatchedPage) -> None:
    open_afresh(page)
    page.page.get_by_text("No call in this span").wait_for()
    page.check("call-paths-empty")


def test_hostile_names_and_values_run_no_script(
    page: WatchedPage, platform: Platform, caller: Caller
) -> None:
    call = StudioCall(platform, caller)
    way = call.walk(HOSTILE, "hung up", "menu", "hung up", HOSTILE)
    call.in_studio(way, {HOSTILE: {HOSTILE: HOSTILE}, "other": HOSTILE})
    call.link()
    call.status()
    call.recorded()
    open_afresh(page)
    page.page.get_by_role("link", name=call.sid).wait_for()
    for shape in page.page.locator(".sankey path").all():
        shape.hover(force=True)
    page.check("hostile-call-paths")
    page.open(f"/call-paths?call={call.sid}")
    page.page.get_by_text("<script>alert(1)</script>").first.wait_for()
    page.check("hostile-call-path")

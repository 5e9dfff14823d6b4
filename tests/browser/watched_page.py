"""A page whose errors, dialogs and requests to elsewhere are noted, and whose accessibility is looked at."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages; none are taken without."""

SERIOUS = {"serious", "critical"}
WAIT_MS = 20_000


class WatchedPage:
    """A page of the console.

    Parameters
    ----------
    page
    address
        The printed address, which is opened first.

    Attributes
    ----------
    problems : list[str]
        What went wrong so far.
    """

    def __init__(self, page: "Page", address: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self._origin = "http://" + urlsplit(address).netloc
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.goto(address)
        page.wait_for_url(lambda url: "token" not in url)

    def open(self, path: str) -> None:
        """Open a page, and wait until its sections are there."""
        self.page.goto(self._origin + path)
        self.page.wait_for_selector("h1")
        self.page.wait_for_function("!document.querySelector('[aria-busy=true]')")

    def check(self, name: str) -> None:
        """Check a page at both widths and in both schemes, and take its pictures where they are wanted."""
        from axe_playwright_python.sync_playwright import Axe

        for width, height in ((1400, 900), (400, 800)):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal
                self.page.wait_for_function(f"document.body.matches('.body--{scheme}')")
                too_wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not too_wide, f"{name} is too wide at {width} pixels"
                found = Axe().run(self.page).response["violations"]
                serious = [_described(one) for one in found if one["impact"] in SERIOUS]
                assert serious == [], f"{name}, {width} pixels, {scheme}: {serious}"
                if PICTURES:
                    self.page.evaluate("window.scrollTo(0, 0)")
                    picture = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
                    self.page.screenshot(path=picture, full_page=True)

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: "Request") -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self.problems.append(f"asked {request.url}")


def _described(violation: Any) -> str:
    nodes = violation["nodes"][:3]
    return f"{violation['id']}: {[(node['html'][:200], node['failureSummary']) for node in nodes]}"

"""The console in Debian's chromium, at a platform of its own process (make test-browser)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from local.platform import Platform
from tests.browser.watched_page import WatchedPage
from tests.command import COMMAND
from tests.integration.conftest import caller, platform

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["caller", "platform"]

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""

collect_ignore_glob = [] if find_spec("playwright") and find_spec("nicegui") else ["test_*.py"]


@pytest.fixture(scope="session")
def console_address(platform: Platform) -> Iterator[str]:
    """The printed address of a console of the platform."""
    port = str(urlsplit(platform.base_url).port)
    with subprocess.Popen(
        [*COMMAND, "console", "--local", "--port", port], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium, which takes a second to start and is shared by all tests."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no chromium: install it, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: "Browser", console_address: str) -> Iterator[WatchedPage]:
    """A page of the console; after the test, nothing may have gone wrong on it."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    watched = WatchedPage(context.new_page(), console_address)
    yield watched
    context.close()
    assert watched.problems == []

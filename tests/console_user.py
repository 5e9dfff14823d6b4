"""A person at the console without a browser: the simulated user of NiceGUI, through guard and application.

The console's packages are installed by `make console`; where they are not, its tests are not collected.
"""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from nicegui import Client
from nicegui import app as nicegui_app
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals

from console.app import build
from console.context import Console

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"


@asynccontextmanager
async def simulated_user(console: Console) -> AsyncIterator[User]:
    """Yield a person who has opened the printed address; nothing on the pages may have failed in the end."""
    failures: list[Exception] = []
    # NiceGUI collects garbage and goes through all objects at each start and end: here through those that
    # this test makes, not through what others have loaded.
    gc.freeze()
    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "console"}
    try:
        with nicegui_reset_globals():
            application, guard = build(console, PORT)
            nicegui_app.on_exception(failures.append)
            transport = httpx.ASGITransport(guard)
            async with (
                application.router.lifespan_context(application),
                httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client,
            ):
                answer = await client.get("/", params={"token": guard.token})
                assert answer.status_code == 200
                try:
                    yield User(client)
                finally:
                    _close_pages()
        assert failures == []
    finally:
        sys.modules.update(
            loaded
        )  # NiceGUI takes the modules of pages away, for the next import to load again


def _close_pages() -> None:
    """Close all pages, so that a test that fails says so.

    Before Python 3.12, ``asyncio.wait_for`` loses a cancellation that meets its result: the task that sends a
    page's changes would never end, nor would the event loop that waits for it.
    """
    for page in list(Client.instances.values()):
        page.delete()

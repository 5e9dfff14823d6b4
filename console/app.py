"""The console as one ASGI application: pages, theme, and the guard in front of them."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from nicegui import app as nicegui_app
from nicegui import ui
from starlette.responses import RedirectResponse

from console.context import Console
from console.frame import Page, frame
from console.guard import Guard
from console.pages import PAGES

_STATIC: Final = Path(__file__).parent / "static"


def build(console: Console, port: int, token: str = "") -> tuple[FastAPI, Guard]:
    """Return the application and, in front of it, the guard, which is what a server serves.

    Parameters
    ----------
    console
        What pages show.
    port
        Where the server listens on 127.0.0.1.
    token
        Part of the address that opens it; "" makes one.
    """
    pages = [page for page in PAGES if console.platform or not page.local_only]
    for page in pages:
        _register(console, pages, page)
    nicegui_app.get("/", include_in_schema=False)(lambda: RedirectResponse(pages[0].path))
    nicegui_app.add_static_files("/static", _STATIC)
    ui.add_head_html('<link rel="stylesheet" href="/static/console.css">', shared=True)
    outer = FastAPI(openapi_url=None)
    ui.run_with(
        outer,
        title="Switchboard",
        language="en-US",
        dark=None,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=10,
        cache_control_directives="private, max-age=86400",
    )
    return outer, Guard(outer, port, token)


def _register(console: Console, pages: list[Page], page: Page) -> None:
    @ui.page(page.path, title=f"{page.title} · {console.stack.name}")
    def show() -> None:
        with frame(console, pages, page):
            page.show(console)

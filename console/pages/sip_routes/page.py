"""SIP routes: search, edit, import, compare, publish, roll back, and try where a call would go."""

from nicegui import ui

from console.context import Console
from console.frame import Page
from console.pages.sip_routes.history import HistorySection
from console.pages.sip_routes.route_section import RouteSection
from console.pages.sip_routes.trial import TrialCard


def _show(console: Console) -> None:
    async def changed() -> None:
        await routes.again()
        await history.again()

    routes = RouteSection(console, changed)
    with ui.element("div").classes("columns"):
        TrialCard(console, lambda: routes.draft)
        history = HistorySection(console, changed)


PAGE = Page(
    "/sip-routes",
    "SIP routes",
    "alt_route",
    "Where calls to your SIP domain go, by the address that was called.",
    _show,
)

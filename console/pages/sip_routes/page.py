"""SIP routes: search, edit, import, compare, publish, roll back, and try where a call would go."""

from nicegui import ui

from console.context import Console
from console.data.sip_draft import Base, RouteDraft, load_base
from console.frame import Page
from console.pages.sip_routes.history import HistorySection
from console.pages.sip_routes.route_list import RouteList
from console.pages.sip_routes.trial import TrialCard
from console.section import Section

DRAFT = "sip draft"
LATEST = "sip latest"


def _show(console: Console) -> None:
    SipRoutesPage(console)


class SipRoutesPage:
    """The three parts of the page, which tell each other what has changed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._routes = Section(console, "Routes", LATEST, load_base, self._draw, seconds=5)
        with ui.element("div").classes("columns"):
            self._trial = TrialCard(console, self._draft)
            self._history = HistorySection(console, self.changed)

    async def changed(self) -> None:
        """Look up again what was saved, published or rolled back."""
        await self._routes.again()
        await self._history.again()

    def _draft(self) -> RouteDraft | None:
        draft: RouteDraft | None = self._console.kept.get(DRAFT)
        return draft

    def _draw(self, base: Base) -> None:
        draft = self._draft()
        if draft is None:
            draft = self._console.kept[DRAFT] = RouteDraft(base)
        elif draft.base != base:
            draft.start_from(base)
        RouteList(self._console, draft, self._routes, self.changed)


PAGE = Page(
    "/sip-routes",
    "SIP routes",
    "alt_route",
    "Where calls to your SIP domain go, by the address that was called.",
    _show,
)

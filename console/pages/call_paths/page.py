"""Call paths: how callers move through flows, where they give up, and what one call went through."""

from collections.abc import Sequence

from nicegui import ui

from console.context import Console
from console.data.call_paths.lookup import CALL_SID
from console.frame import Page
from console.pages.call_paths.call_list import PATH
from console.pages.call_paths.find_card import FindCard
from console.pages.call_paths.overview import Overview
from console.pages.call_paths.path_section import PathSection
from console.parts import problem
from tools.ivr_report.journey import Journey


def _show(console: Console) -> None:
    CallPathsPage(console)


class CallPathsPage:
    """The page: one call where its address names one, else all of a span."""

    def __init__(self, console: Console) -> None:
        self._overview: Overview | None = None
        request = ui.context.client.request
        wanted = request.query_params.get("call", "") if request else ""
        FindCard(console, self._seen)
        if not wanted:
            self._overview = Overview(console)
            return
        ui.link("All calls", PATH)
        if CALL_SID.matches(wanted):
            PathSection(console, wanted)
        else:
            problem(f"call: {CALL_SID.message}")

    def _seen(self) -> Sequence[Journey]:
        return self._overview.calls if self._overview else ()


PAGE = Page(
    PATH,
    "Call paths",
    "account_tree",
    "How callers move through your Studio flows, where they give up, and what one call went through.",
    _show,
)

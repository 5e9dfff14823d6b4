"""The section with the results of a survey: what became of those who started, over time, and export."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from nicegui import ui

from console.context import Console
from console.data.surveys import exporting
from console.data.surveys.choice import Choice
from console.data.surveys.overview import Overview, answer_name, counts_of, load_overview
from console.data.surveys.respondents import MEDIA
from console.pages.surveys.bars import percent
from console.parts import button, figure, hint, table
from console.refusal import REFUSALS, explain
from console.section import Section
from tools.stack.table import age
from tools.survey_results.export import Format

_SERIES: Final = (
    ("completed", "completed", "#2e9e62"),
    ("underWay", "under way", "#4c8fdd"),
    ("dropped", "dropped", "#d9534f"),
    ("expired", "expired", "#e0a03a"),
    ("optedOut", "opted out", "#8d6bc2"),
    ("notReached", "not reached", "#8a95a3"),
)
"""Outcomes in the order of the bars: name, words, colour."""

_MOST_DAYS: Final = 400
_SHOWN_DAYS: Final = 31


class ResultsSection:
    """The section.

    Parameters
    ----------
    console
    choice
    """

    def __init__(self, console: Console, choice: Choice) -> None:
        self._console, self._choice = console, choice
        self._client = ui.context.client
        self._section = Section(
            console,
            "Results",
            answer_name(choice),
            lambda: load_overview(console, choice),
            self._draw,
            seconds=8 if console.platform else 50,
            every=10 if console.platform else 60,
        )

    async def again(self) -> None:
        """Look up the results again."""
        await self._section.again()

    def _draw(self, found: Overview) -> None:
        started = found.summary.status.total()
        if not started:
            self._draw_nothing(found)
            return
        with self._section.actions, button("Export", "download", lambda: None), ui.menu():
            for kind, words in exporting.formats().items():
                ui.menu_item(words, on_click=partial(self._export, kind)).props('role="menuitem"')
        numbers = counts_of(found.summary.status)
        with ui.element("div").classes("figures"):
            figure(f"{started:,}", "started")
            for name, words, _ in _SERIES:
                share = percent(numbers[name], started)
                figure(f"{numbers[name]:,}", f"{words}, {share}", "good" if name == "completed" else "")
            if (median := found.summary.durations.median) is not None:
                figure(age(median), "median of the completed")
        _draw_days(found)
        with ui.element("div").classes("columns"):
            _draw_groups("Language", found.summary.languages)
            _draw_groups("Medium", {MEDIA.get(name, name): of for name, of in found.summary.media.items()})

    def _draw_nothing(self, found: Overview) -> None:
        if not found.is_known:
            hint(
                f"There is no survey {self._choice.survey_id}, and there are no results of it. Choose "
                "another, or write its question file.",
                "search_off",
            )
            return
        hint(
            "No session started in this time. Start a survey by the button above, text the app "
            "(`make phone`, or the page Try it), or choose a longer time. Results that were in the bucket "
            "before the index: `switchboard survey index-results --write`.",
            "hourglass_empty",
        )

    async def _export(self, kind: Format) -> None:
        do, console, choice = self._console.answers.do, self._console, self._choice
        try:
            name = await do(lambda: exporting.file_name(choice, kind, console))
            file, number = await do(lambda: exporting.export_results(console, choice, kind))
        except REFUSALS as error:
            with self._client:
                ui.notify(explain(error), type="negative", timeout=0, close_button="Close")
            return
        with self._client:
            give(file, name)
            ui.notify(f"{number:,} results, with numbers and texts in full: {name}", type="positive")


def give(file: Path, name: str) -> None:
    """Let the browser keep a file, which is deleted once the page is left."""
    ui.download.file(file, name)
    ui.context.client.on_delete(lambda: file.unlink(missing_ok=True))


def _draw_days(found: Overview) -> None:
    """Draw outcomes over time; the table below says the same to those who do not see it."""
    days = [(day, counts_of(numbers)) for day, numbers in found.days]
    chart = ui.echart(
        {
            "animation": False,
            "grid": {"left": 4, "right": 12, "top": 30, "bottom": 4, "containLabel": True},
            "legend": {
                "top": 0,
                "left": 0,
                "type": "scroll",
                "textStyle": {"color": "#7d8896"},
                "itemHeight": 10,
            },
            "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
            "xAxis": {
                "type": "category",
                "data": [day for day, _ in days[-_MOST_DAYS:]],
                "axisLabel": {"color": "#7d8896", "hideOverlap": True},
            },
            "yAxis": {
                "type": "value",
                "minInterval": 1,
                "splitLine": {"lineStyle": {"color": "#7d88964d"}},
                "axisLabel": {"color": "#7d8896"},
            },
            "series": [
                {
                    "name": words,
                    "type": "bar",
                    "stack": "all",
                    "barMaxWidth": 28,
                    "itemStyle": {"color": colour},
                    "data": [numbers[name] for _, numbers in days[-_MOST_DAYS:]],
                }
                for name, words, colour in _SERIES
            ],
        },
        renderer="svg",
    ).classes("chart tall")
    chart.props('role="img" aria-label="Sessions by the day of their start and by outcome"')
    with ui.expansion("Days as a table", icon="table_rows"):
        if len(days) > _SHOWN_DAYS:
            ui.label(f"The last {_SHOWN_DAYS} of {len(days):,} days with results.").classes("quiet")
        _outcome_table("Days", "Day (UTC)", days[: -_SHOWN_DAYS - 1 : -1])


def _draw_groups(title: str, groups: Mapping[str, Counter[str]]) -> None:
    rows = sorted(groups.items(), key=lambda item: (-item[1].total(), item[0]))
    _outcome_table(
        f"Outcome by {title.lower()}", title, [(name, counts_of(numbers)) for name, numbers in rows]
    )


def _outcome_table(name: str, column: str, rows: list[tuple[str, dict[str, int]]]) -> None:
    columns = (column, "Started", "Completed", "Dropped", "Expired", "Opted out")
    cells = ("started", "completed", "dropped", "expired", "optedOut")
    table(
        name,
        columns,
        ((words, *(f"{numbers[cell]:,}" for cell in cells)) for words, numbers in rows),
        numbers=range(1, len(columns)),
    )

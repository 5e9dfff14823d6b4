"""Health: how functions did, dead letters with their reasons, drift of the configuration, and open work."""

from collections.abc import Sequence
from typing import Final

from nicegui import ui

from console.context import Console
from console.data import drift, open_work
from console.data.performance import HOURS, RECORDED, FunctionFigures, Performance, performance
from console.frame import Page
from console.pages.letter_list import letters_section
from console.pages.performance_charts import draw_charts
from console.parts import badge, figure, hint, problem, table, text
from console.section import Section
from tools.configure.checks.finding import Finding
from tools.open_work.items import Section as OpenSection
from tools.stack.table import age

_STATES: Final = {"ok": "good", "problem": "bad", "note": "warn", "unknown": ""}


def _show(console: Console) -> None:
    Section(
        console,
        f"Functions, last {HOURS} hours",
        "performance",
        lambda: performance(console),
        lambda found: _draw_performance(console, found),
        seconds=4 if console.platform else 55,
        every=5 if console.platform else 60,
    )
    letters_section(console)
    with ui.element("div").classes("columns"):
        Section(
            console,
            "Open work",
            "open work",
            lambda: open_work.load_sections(console),
            lambda found: _draw_open(console, found),
            seconds=10,
            every=15,
        )
        Section(
            console,
            "Configuration",
            "drift",
            lambda: drift.load_findings(console),
            lambda found: _draw_findings(console, found),
            seconds=120,
        )


def _draw_performance(console: Console, found: Performance) -> None:
    if not found.functions:
        hint(
            "No function has run yet. Text or call the app: `make phone`, or run `make demo`.",
            "hourglass_empty",
        )
        return
    with ui.element("div").classes("figures"):
        figure(f"{found.invocations:,}", "invocations")
        figure(f"{found.errors:,}", "failed", "bad" if found.errors else "good")
        figure(f"{found.cold_starts:,}", "cold starts")
        figure(f"{found.p95:,.0f} ms", "p95 of the slowest function")
    if found.is_cut:
        hint(f"The platform keeps the latest {RECORDED:,} invocations: what was before is not counted here.")
    draw_charts(found.bars)
    table(
        "Functions",
        ("Function", "Invocations", "Failed", "Cold starts", "p50 ms", "p95 ms", "Latest failure"),
        (_function_row(console, one) for one in found.functions),
        numbers=(1, 2, 3, 4, 5),
    )


def _function_row(console: Console, one: FunctionFigures) -> tuple[object, ...]:
    cold = "" if one.cold_starts is None else f"{one.cold_starts:,}"
    return (
        one.function,
        f"{one.invocations:,}",
        f"{one.errors:,}",
        cold,
        f"{one.p50:,.0f}",
        f"{one.p95:,.0f}",
        console.masked(one.last_error),
    )


def _draw_findings(console: Console, found: Sequence[Finding]) -> None:
    if not console.settings_file.exists():
        hint(
            f"There is no {console.settings_file}, so what should be set up is compared with nothing. "
            "docs/configure.md says how to write it.",
        )
    problems = [one for one in found if one.state != "ok"]
    fine = [one for one in found if one.state == "ok"]
    with ui.element("ul").classes("list"):
        for one in problems:
            _draw_finding(one)
    if fine:
        with (
            ui.expansion(f"{len(fine)} checks found nothing wrong", icon="check_circle"),
            ui.element("ul").classes("list"),
        ):
            for one in fine:
                _draw_finding(one)


def _draw_finding(one: Finding) -> None:
    with ui.element("li"):
        with ui.element("div").classes("line"):
            badge(one.state, _STATES[one.state])
            text(one.subject).classes("mono")
        text(f"{one.check}: {one.message}")


def _draw_open(console: Console, found: Sequence[OpenSection]) -> None:
    with ui.element("div").classes("figures"):
        for section in found:
            figure("?" if section.problem else f"{section.count:,}", open_work.NAMES[section.name])
    now = console.stack.now()
    for section in found:
        if section.problem:
            problem(f"{open_work.NAMES[section.name]}: {section.problem}")
        elif section.items:
            ui.label(_heading(section)).classes("quiet")
            rows = (console.masked(item.as_json(now)) | {"who": item.who} for item in section.items)
            table(
                open_work.NAMES[section.name],
                ("ID", "Who", "State", "Age", "Tries", "Details"),
                (
                    (
                        row["id"],
                        console.masked_person(row["who"]),
                        row["state"],
                        "" if row["ageSeconds"] is None else age(row["ageSeconds"]),
                        row["attempts"],
                        row["details"],
                    )
                    for row in rows
                ),
                numbers=(4,),
            )
    if not any(section.count or section.problem for section in found):
        hint("Nothing is open: everything that has begun is finished.", "check_circle")


def _heading(section: OpenSection) -> str:
    name, shown = open_work.NAMES[section.name], len(section.items)
    return f"{name}, the oldest {shown} of {section.count:,}" if shown < section.count else name


PAGE = Page(
    "/health",
    "Health",
    "monitor_heart",
    "What fails, what waits, and what is set up otherwise than it should be.",
    _show,
)

"""``switchboard bench``: what each Lambda and each webhook costs (docs/cold-start.md)."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

app = typer.Typer(add_completion=False)

SECTIONS: Final = (
    "survey",
    "sip_router",
    "ivr_path",
    "event_stream",
    "outbound_message",
    "callback",
    "channel_cleanup",
)
"""Modules of this package with a table of their own each, in the order they are printed."""


@app.command()
def bench(
    starts: Annotated[int, typer.Option(min=1, help="Fresh processes of each function.")] = 9,
    only: Annotated[str, typer.Option(help="Functions whose logical ID begins so, and no other table.")] = "",
    before: Annotated[Path | None, typer.Option(help="What --save wrote of another version.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write what was measured to a file.")] = None,
) -> None:
    """Measure what each function costs: calls, invocations, CPU time, and its first answer."""
    from local.log_lines import Terminal
    from local.platform import Platform
    from tools.bench import functions, memory
    from tools.bench.cold_start import YARDSTICK

    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as platform:
        costs = functions.measure_functions(platform, starts, only)
        if not costs:
            raise typer.BadParameter(f"--only {only} is the beginning of no function's logical ID")
        yardstick = sorted(cost.yardstick_ms for cost in costs.values())[len(costs) // 2]
        print(
            f"Yardstick: {YARDSTICK}; {yardstick:.0f} ms of CPU. First answers and yardsticks take turns.\n"
        )
        _table(functions.HEADS, functions.rows(costs, functions.load(before or functions.BEFORE)))
        _table(
            memory.HEADS,
            (
                memory.row(
                    name,
                    first_cpu_ms=cost.first_ms,
                    warm_cpu_ms=cost.warm_ms,
                    calls=(cost.aws, cost.twilio),
                    held_mb=cost.held_mb,
                )
                for name, cost in costs.items()
            ),
        )
        if save:
            functions.save(costs, save)
        for name in () if only else SECTIONS:
            section = import_module(f"tools.bench.{name}")
            _table(section.HEADS, section.run(platform))


def _table(heads: Sequence[str], found: Iterable[Sequence[str]]) -> None:
    rows = [*found]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)

"""``switchboard bench``: what each webhook costs.

Per webhook: calls to AWS and to Twilio, Lambda invocations behind it, CPU time, and the cold start. Counts
come from the local platform's record of invocations; CPU time is the process's own, so a busy machine changes
it little. It is a benchmark: it prints, and judges nothing.
"""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from local.platform import Platform
    from tools.bench.cold_start import ColdStart

app = typer.Typer(add_completion=False)


def cold_starts(platform: "Platform") -> Iterable[tuple[str, "ColdStart"]]:
    """Start every function with a sample event in fresh processes; yield its name and the medians."""
    from tools.bench import cold_start
    from tools.sample_events import sample_events

    for name, event in sample_events().items():
        function = platform.application.functions[name]
        variables = platform.functions.variables(function) | {"PYTHONPATH": os.pathsep.join(function.paths)}
        yield name, cold_start.measure(function.handler, event, variables)


@app.command()
def bench() -> None:
    """Measure what each webhook costs: calls, invocations, CPU time and cold start."""
    from local.log_lines import Terminal
    from local.platform import Platform
    from tools.bench import callback, channel_cleanup, ivr_path, sip_router
    from tools.bench.survey import survey

    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as platform:
        _table(
            ("webhook", "AWS calls", "Twilio calls", "invocations", "CPU ms"),
            [
                (row.webhook, row.aws, f"{row.twilio:g}", f"{row.invocations:.2g}", f"{row.cpu_ms:.1f}")
                for row in survey(platform)
            ],
        )
        _table(sip_router.HEADS, sip_router.run(platform))
        _table(ivr_path.HEADS, ivr_path.run(platform))
        _table(callback.HEADS, callback.run(platform))
        _table(channel_cleanup.HEADS, channel_cleanup.run(platform))
        _table(
            ("cold start (median of 9)", "until ready, ms", "first answer, ms"),
            [
                (name, f"{start.init_ms:.0f}", f"{start.first_ms:.0f}")
                for name, start in cold_starts(platform)
            ],
        )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)

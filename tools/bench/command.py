"""``switchboard bench``: what each Lambda and each webhook costs (docs/cold-start.md)."""

import json
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.stack.options import AsJson

if TYPE_CHECKING:
    from tools.bench.cold_start import Interpreter

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
    starts: Annotated[int, typer.Option(min=1, help="Fresh processes of each function.")] = 5,
    only: Annotated[str, typer.Option(help="Functions whose logical ID begins so, and no other table.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Measure what each function costs: calls, invocations, CPU time, and its first answer.

    About ten minutes; with --json everything is printed at the end.
    """
    from local.log_lines import Terminal
    from local.platform import Platform
    from tools.bench import functions, memory
    from tools.bench.cold_start import YARDSTICK
    from tools.bench.document import document

    interpreter, python = _lambdas_python()
    if not as_json:
        print(f"Python {python} with the packages of the dependencies layer only.", flush=True)
    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as platform:
        costs = functions.measure_functions(platform, interpreter, starts, only)
        if not costs:
            raise typer.BadParameter(f"--only {only} is the beginning of no function's logical ID")
        yardstick = sorted(cost.yardstick_ms for cost in costs.values())[len(costs) // 2]
        sections = {name: import_module(f"tools.bench.{name}") for name in (() if only else SECTIONS)}
        if as_json:
            tables = {name: (section.HEADS, section.run(platform)) for name, section in sections.items()}
            print(json.dumps(document(python, yardstick, costs, tables), indent=2, ensure_ascii=False))
            return
        print(f"Yardstick: {YARDSTICK}; {yardstick:.0f} ms of CPU. All that is measured takes turns.\n")
        _table(functions.HEADS, functions.rows(costs))
        _table(memory.HEADS, (memory.row(name, cost) for name, cost in costs.items()))
        for section in sections.values():
            _table(section.HEADS, section.run(platform))


def _lambdas_python() -> "tuple[Interpreter, str]":
    """Return Python as the Lambdas have it, and its version.

    It is their version where that is at hand, and has their packages only.
    """
    from tools.bench.cold_start import Interpreter
    from tools.deploy.build import ROOT
    from tools.deploy.packages import FOLDER, lambda_python
    from tools.deploy.platform_python import find_python, runtime_version

    version = runtime_version(ROOT / "template.yaml")
    python = find_python(version)
    if python is None:
        python, version = Path(sys.executable), f"{sys.version_info.major}.{sys.version_info.minor}"
    variables = {"PYTHONPYCACHEPREFIX": str(FOLDER / "pycache")}
    return Interpreter(str(lambda_python(python, version)), variables=variables), version


def _table(heads: Sequence[str], found: Iterable[Sequence[str]]) -> None:
    rows = [*found]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)

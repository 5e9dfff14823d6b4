"""``switchboard cost``: what use costs on AWS, and which quota is reached first (docs/cost.md)."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from tools.terminal import fail, progress

app = typer.Typer(add_completion=False)


@app.command()
def cost(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Measure again on a platform made for it; about two minutes.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the tables of docs/cost.md again.")] = False,
) -> None:
    """Show what a thousand surveys, calls and messages cost on AWS, and which quota is reached first.

    It is worked out from what was measured on a local platform and from dated prices, kept in tools/cost.
    """
    from tools.cost import page, tables

    if measure:
        _measure()
    if write:
        if not page.FILE.exists():
            fail(f"{page.FILE} does not exist")
        page.FILE.write_text(page.page(page.FILE.read_text(encoding="utf-8")), encoding="utf-8")
    if as_json:
        print(json.dumps(_everything(), indent=2))
        return
    if write or measure:
        return
    for heads in ("cost_rows", "sample_rows", "standing_rows", "limit_rows", "quota_rows"):
        _table(getattr(tables, heads)())


def _measure() -> None:
    from datetime import UTC, datetime

    from tools.cost.measure import FILE, measure

    with progress("measuring each scenario several times"):
        found = {"measuredAt": datetime.now(UTC).date().isoformat(), **measure()}
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _everything() -> dict[str, Any]:
    """Return costs and limits for scripts."""
    from tools.cost.files import quotas, samples
    from tools.cost.limits import RATES, loads
    from tools.cost.price import dollars, sample_amounts
    from tools.cost.standing import monthly
    from tools.cost.tables import costs, measured

    taken = measured()
    return {
        "measuredAt": taken["measuredAt"],
        "dollarsPerThousand": costs(),
        "samplesDollarsPerThousand": {
            name: dollars(sample_amounts(sample))
            for name, sample in samples().items()
            if sample.runsOn == "aws"
        },
        "dollarsPerMonth": monthly(taken),
        "limits": {
            name: {
                str(rate): [
                    {
                        "quota": load.quota,
                        "demand": round(load.demand, 3),
                        "limit": quotas()[load.quota].limit,
                        "share": round(load.share, 4),
                        "moves": quotas()[load.quota].moves,
                    }
                    for load in loads(name, take, rate)
                ]
                for rate in RATES
            }
            for name, take in taken["scenarios"].items()
        },
    }


def _table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows, without the marks of Markdown."""
    cells = [[_plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in (cells[0], ["-" * width for width in widths], *cells[1:]):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def _plain(cell: str) -> str:
    import re

    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).replace("`", "").replace("**", "")

"""``switchboard open``: what has begun and is not finished, how old it is, and how often it was tried."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.stack.options import (
    DEFAULT_FOLDER,
    AsJson,
    Folder,
    Local,
    Port,
    Profile,
    Region,
    ShowNumbers,
    StackName,
    chosen_stack,
)
from tools.terminal import fail, progress

if TYPE_CHECKING:
    from tools.open_work.items import Section

app = typer.Typer(add_completion=False)


@app.command("open")
def open_work(
    sections: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SECTION]...",
            help="callbacks, surveys, campaigns, messages, channels or queues; else all.",
        ),
    ] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most items of a section.")] = 20,
    as_json: AsJson = False,
    show_numbers: ShowNumbers = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Show callbacks waiting, surveys and campaigns under way, messages half done, channels due, queues.

    The oldest come first. Exit code 1 where a section cannot be read.
    """
    from switchboard.log import mask
    from tools.open_work.masking import mask_person
    from tools.open_work.sections import SECTIONS, read_section

    names = sections or list(SECTIONS)
    if unknown := [name for name in names if name not in SECTIONS]:
        fail(f"{unknown[0]} is no section: these are {', '.join(SECTIONS)}")
    with (
        chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack,
        progress("looking"),
    ):
        now = stack.now()
        found = [read_section(name, stack, now, limit) for name in names]
    shown = {section.name: _as_json(section, now) for section in found}
    if not show_numbers:
        for section in shown.values():
            for item in section["items"]:
                item["who"] = mask_person(item["who"])
        shown = mask(shown)
    if as_json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _print(shown)
    if problems := [one for one in found if one.problem]:
        fail("\n".join(f"{one.name} cannot be read: {one.problem}" for one in problems))


def _as_json(section: "Section", now: int) -> dict[str, Any]:
    shown = {"count": section.count, "items": [item.as_json(now) for item in section.items]}
    return {**shown, "problem": section.problem} if section.problem else shown


def _print(sections: dict[str, Any]) -> None:
    from tools.stack.table import print_table

    columns = ("section", "id", "who", "state", "age", "tries", "details")
    rows = [_row(name, item) for name, section in sections.items() for item in section["items"]]
    if rows:
        print_table(columns, rows)
    counts = ", ".join(f"{name} {section['count']:,}" for name, section in sections.items())
    print(f"Open: {counts}")


def _row(section: str, item: dict[str, Any]) -> Sequence[str]:
    from tools.stack.table import age

    old = "" if item["ageSeconds"] is None else age(item["ageSeconds"])
    return (section, item["id"], item["who"], item["state"], old, str(item["attempts"]), item["details"])

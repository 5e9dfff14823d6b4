"""``switchboard dead-letters``: list, show, resend and drop what could not be processed."""

import json
from collections.abc import Callable, Iterable, Sequence
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
from tools.terminal import fail

if TYPE_CHECKING:
    from tools.dead_letters.letter import Letter
    from tools.dead_letters.queues import DeadLetterQueues, Received
    from tools.stack.stack import Stack

app = typer.Typer(add_completion=False, no_args_is_help=True)

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Letters, by the beginning of their IDs.")
]
All = Annotated[bool, typer.Option("--all", help="Every letter that --queue and --what let through.")]
Queue = Annotated[str, typer.Option(help="Only letters of this queue, such as ChannelDeadLetters.")]
What = Annotated[str, typer.Option(help="Only letters that were meant for this function or queue.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Drop without asking.")]


@app.callback()
def dead_letters() -> None:
    """Look after what could not be processed. Letters wait for 14 days."""


@app.command("list")
def list_letters(
    *,
    queue: Queue = "",
    what: What = "",
    as_json: AsJson = False,
    show_numbers: ShowNumbers = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """List what failed, why, and since when."""
    from tools.dead_letters.row import letter_row

    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        queues = _queues(stack)
        found = [item.letter for item in queues.look()]
        letters = [letter for letter in found if _matches(stack, letter, queue, what)]
        nothing = "" if found or as_json else _nothing(queues)
        shown = [letter_row(stack, letter, _masking(show_numbers)) for letter in letters]
    if as_json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    if not shown:
        print(nothing or "No dead letters.")
        return
    from tools.stack.table import print_table

    columns = ("id", "age", "queue", "what", "event", "tries", "why")
    print_table(columns, [[str(row[name] or "") for name in columns] for row in shown])


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="The beginning of the letter's ID.")],
    *,
    show_numbers: ShowNumbers = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Show one letter whole, unwrapped, as JSON."""
    from tools.dead_letters.row import letter_content

    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        (found,) = _named(_queues(stack).look(), [letter_id])
        content = letter_content(stack, found.letter, _masking(show_numbers))
    print(json.dumps(content, indent=2, ensure_ascii=False))


@app.command()
def resend(
    ids: Ids = None,
    *,
    everything: All = False,
    queue: Queue = "",
    what: What = "",
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Send letters to where they came from, and delete those that were taken.

    Mend what made them fail first. What is interrupted is done by the next resend: no letter is deleted
    before its event has been taken, and an event that comes twice changes nothing.
    """
    from tools.dead_letters.resend import resend_all

    failed = 0
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        queues = _queues(stack)
        chosen = _selected(stack, queues, ids, queue, what, everything=everything)
        for one in resend_all(stack, queues, chosen):
            if one.problem:
                failed += 1
                typer.echo(f"{one.id[:8]} was not resent: {_masking(False)(one.problem)}", err=True)
            else:
                print(f"{one.id[:8]} to {one.where}")
    if failed:
        fail(f"{failed} of the letters {'stays where it is' if failed == 1 else 'stay where they are'}.")


@app.command()
def drop(
    ids: Ids = None,
    *,
    everything: All = False,
    queue: Queue = "",
    what: What = "",
    yes: Yes = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Delete letters for good."""
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        queues = _queues(stack)
        chosen = _selected(stack, queues, ids, queue, what, everything=everything)
        try:
            if chosen and not yes:
                typer.confirm(f"Delete {_letters(chosen)} for good?", abort=True)
        except typer.Abort:
            queues.put_back(chosen)
            fail("Nothing was deleted.")
        for received in chosen:
            queues.delete(received)
    print(f"{_letters(chosen)} {'is' if len(chosen) == 1 else 'are'} deleted.")


def _letters(chosen: "Sequence[Received]") -> str:
    return f"{len(chosen)} letter{'' if len(chosen) == 1 else 's'}"


def _queues(stack: "Stack") -> "DeadLetterQueues":
    from tools.dead_letters.queues import DeadLetterQueues

    return DeadLetterQueues(stack, lambda problem: typer.echo(problem, err=True))


def _selected(
    stack: "Stack",
    queues: "DeadLetterQueues",
    ids: list[str] | None,
    queue: str,
    what: str,
    *,
    everything: bool,
) -> "Sequence[Received]":
    """Receive the letters that the command is about; the others are put back."""
    if bool(ids) == everything:
        fail("name letters by their IDs, or pass --all")

    nothing = ""

    def choose(found: "Sequence[Received]") -> "Sequence[Received]":
        nonlocal nothing
        nothing = "No dead letters." if found else ""
        matching = [item for item in found if _matches(stack, item.letter, queue, what)]
        return _named(matching, ids) if ids else matching

    chosen = queues.take(choose)
    if not chosen:
        print(nothing or _nothing(queues))
    return chosen


def _nothing(queues: "DeadLetterQueues") -> str:
    """Return what is said where no letter was received: another command may hold some."""
    from tools.dead_letters.queues import HELD_SECONDS

    hidden = queues.count_hidden()
    if not hidden:
        return "No dead letters."
    return f"No dead letters but about {hidden} that a command holds: look again in {HELD_SECONDS} seconds."


def _named(found: "Iterable[Received]", ids: list[str]) -> "list[Received]":
    known = list(found)
    chosen = []
    for name in ids:
        fitting = [item for item in known if item.letter.id.startswith(name)]
        if len(fitting) != 1:
            fail(f"{name} names {len(fitting) or 'no'} letter{'s: write more of its ID' if fitting else ''}")
        chosen += fitting
    return chosen


def _matches(stack: "Stack", letter: "Letter", queue: str, what: str) -> bool:
    return (not queue or letter.queue == queue) and (not what or stack.logical(letter.what) == what)


def _same(value: Any) -> Any:
    return value


def _masking(show_numbers: bool) -> Callable[[Any], Any]:
    from switchboard.log import mask

    return _same if show_numbers else mask

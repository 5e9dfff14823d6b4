"""``switchboard destroy``: show what would be lost, put settings at Twilio back, delete the stack."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.stack.options import DEFAULT_FOLDER, Folder, Profile, Region, StackName
from tools.terminal import fail

if TYPE_CHECKING:
    from tools.destroy.inventory import Holding
    from tools.destroy.remains import Remains
    from tools.stack.stack import Stack

app = typer.Typer(add_completion=False)


@app.command()
def destroy(
    *,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Delete tables, buckets and secrets, too. For good.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be lost.")] = False,
    leave_twilio: Annotated[
        bool, typer.Option("--leave-twilio", help="Do not put settings at Twilio back first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with --dry-run.")] = False,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Delete a stack, after `switchboard unconfigure`; its data stays unless --delete-data is passed.

    What was interrupted is finished by the same command. Data that was kept is deleted later by
    `switchboard destroy --delete-data`.
    """
    if as_json and not dry_run:
        raise typer.BadParameter("--json shows what would be lost: pass --dry-run, too")
    from switchboard.errors import TwilioUnreachable
    from switchboard.twilio.outcome import Refused
    from tools.deploy.profile import STACK_PREFIX
    from tools.destroy.remains import remains_file
    from tools.stack.opening import open_stack
    from tools.stack.stack import AWS_FAILURES, NoStackError, StackError

    named = stack_name or profile
    if stack_name.startswith(STACK_PREFIX):  # what remains is noted under the profile
        profile, stack_name = stack_name.removeprefix(STACK_PREFIX), ""
    try:
        try:
            stack: Stack | None = open_stack(profile, region, folder, name=stack_name)
        except NoStackError:
            stack = None
        _destroy(
            stack,
            named,
            remains_file(folder, f"{stack_name}.stack" if stack_name else profile),
            None if stack_name else folder / f"{profile}.toml",
            delete_data=delete_data,
            dry_run=dry_run,
            leave_twilio=leave_twilio,
            yes=yes,
            as_json=as_json,
        )
    except StackError as error:
        fail(str(error))
    except Refused as error:
        fail(f"Twilio refuses ({error.code}): {error.message}; see --leave-twilio")
    except TwilioUnreachable as error:
        fail(f"{error.message} See --leave-twilio.")
    except AWS_FAILURES as error:
        fail(f"AWS refuses: {error}")


def _destroy(
    stack: "Stack | None",
    named: str,
    path: Path,
    answers: Path | None,
    *,
    delete_data: bool,
    dry_run: bool,
    leave_twilio: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take down a stack, or what remains of it.

    Parameters
    ----------
    named
        The stack's name or profile, as the operator gave it.
    path, answers
        Where what remains is noted, and what `switchboard deploy` keeps of the profile.
    """
    from tools.destroy.inventory import take_inventory
    from tools.destroy.remains import read_remains

    if stack is None:
        remains = read_remains(path)
        if remains is None:
            fail(f"{named}: there is no such stack, and nothing is known to remain of one")
        if as_json:
            _print_json(None, [], remains, delete_data=delete_data)
        else:
            _show_remains(remains)
        if dry_run or not delete_data:
            return
        _ask(named, yes=yes)
        _delete_data(remains, path, answers)
        return
    holdings, earlier = take_inventory(stack), read_remains(path)
    if as_json:
        _print_json(stack, holdings, earlier, delete_data=delete_data)
        return
    _show(stack, holdings, delete_data=delete_data)
    if earlier:
        typer.echo("")
        _show_remains(earlier)
    if dry_run:
        return
    _ask(stack.name, yes=yes)
    if not leave_twilio:
        _unconfigure(stack)
    remains = _note(stack, holdings, path)
    _delete_stack(stack)
    if delete_data:
        _delete_data(remains, path, answers)
    else:
        typer.echo(f"Its data remains, and costs money: {path} lists it; destroy --delete-data deletes it.")


def _show(stack: "Stack", holdings: "list[Holding]", *, delete_data: bool) -> None:
    from tools.stack.table import print_table

    def fate(holding: "Holding") -> str:
        return "stays" if holding.remains and not delete_data else "is lost"

    typer.echo(f"{stack.name} in {stack.region}:\n")
    rows = [[one.kind, one.logical_id or one.name, one.amount, fate(one)] for one in holdings]
    print_table(("what", "name", "holds", "then"), rows)
    typer.echo(
        "\nFunctions, routes, queues, alarms and the dashboard go with the stack, its URL and logs, too."
    )


def _print_json(
    stack: "Stack | None", holdings: "list[Holding]", earlier: "Remains | None", *, delete_data: bool
) -> None:
    document = {
        "stack": stack.name if stack else None,
        "region": stack.region if stack else earlier and earlier.region,
        "holdings": [
            {
                "kind": one.kind,
                "logicalId": one.logical_id,
                "name": one.name,
                "holds": one.amount,
                "remains": one.remains and not delete_data,
            }
            for one in holdings
        ],
        "remainsOfEarlier": asdict(earlier) if earlier else None,
    }
    typer.echo(json.dumps(document, indent=2))


def _show_remains(remains: "Remains") -> None:
    typer.echo("This remains of stacks that are deleted; --delete-data deletes it, too:")
    for kind, names in (("table", remains.tables), ("bucket", remains.buckets)):
        for name in names:
            typer.echo(f"{kind} {name}")
    typer.echo(f"secrets below /switchboard/{remains.stage}/")


def _ask(name: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        fail("there is no terminal to ask at: pass --yes")
    if str(typer.prompt(f"Type {name} to delete it", default="", show_default=False)).strip() != name:
        fail("Nothing was changed.")


def _unconfigure(stack: "Stack") -> None:
    """Put settings at Twilio back, from the record of `switchboard configure`."""
    from tools.configure.apply import carry_out
    from tools.configure.course import prepare_undo
    from tools.configure.display import done_lines

    made = prepare_undo(stack, token_from_input=False, ask=sys.stdin.isatty())

    def report(change: Any) -> None:
        for line in done_lines(change):
            typer.echo(line)

    carry_out(made.plan, made.store, made.record, report)


def _note(stack: "Stack", holdings: "list[Holding]", path: Path) -> "Remains":
    from tools.destroy.remains import Remains, note_remains

    def names(kind: str) -> tuple[str, ...]:
        return tuple(one.name for one in holdings if one.kind == kind)

    return note_remains(path, Remains(stack.region, stack.stage, names("table"), names("bucket")))


def _delete_stack(stack: "Stack") -> None:
    from botocore.exceptions import WaiterError

    from tools.stack.stack import StackError
    from tools.terminal import progress

    formation = stack.client("cloudformation")
    formation.delete_stack(StackName=stack.name)
    try:
        with progress(f"deleting {stack.name}"):
            formation.get_waiter("stack_delete_complete").wait(
                StackName=stack.name, WaiterConfig={"Delay": 5, "MaxAttempts": 360}
            )
    except WaiterError as error:
        raise StackError(f"{stack.name} is not deleted: see its events in the console ({error})") from None
    typer.echo(f"Deleted stack {stack.name}")


def _delete_data(remains: "Remains", path: Path, answers: Path | None) -> None:
    import boto3

    from tools.destroy.data import delete_data

    delete_data(boto3.Session(region_name=remains.region), remains, typer.echo)
    path.unlink(missing_ok=True)
    if answers:
        answers.unlink(missing_ok=True)
    typer.echo("Nothing remains.")

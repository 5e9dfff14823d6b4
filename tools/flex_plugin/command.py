"""``switchboard flex-plugin``: build the plugin for Twilio Flex, release it, and put it back."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from tools.configure.commands.options import Json, TokenFromInput, Yes
from tools.configure.course import may_proceed
from tools.configure.credentials import ready_auth_token
from tools.configure.display import heading
from tools.configure.questions import is_interactive
from tools.flex_plugin.bundle import FOLDER, SCRIPT, BuildFailedError, Bundle, build
from tools.flex_plugin.display import plan_json, plan_lines, state_json, state_lines, summary
from tools.flex_plugin.hosting import Hosting
from tools.flex_plugin.plugin_version import read_name, read_version
from tools.flex_plugin.releases import Releases
from tools.flex_plugin.rollout import Rollout, plan_deployment, plan_rollback
from tools.flex_plugin.state import read_state
from tools.flex_plugin.steps import carry_out
from tools.stack.options import DEFAULT_FOLDER, Folder, Local, Port, Profile, Region, StackName, chosen_stack
from tools.stack.stack import Stack
from tools.terminal import fail, progress

app = typer.Typer(add_completion=False, no_args_is_help=True)

Script = Annotated[
    Path | None, typer.Option("--script", help="Deploy this script, and build none: Node.js is not needed.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, and change nothing.")]

_PLANNING: Final = "asking Twilio what there is"


@app.callback()
def flex_plugin() -> None:
    """Build the plugin for Twilio Flex and release it (docs/flex-plugin.md)."""


@app.command("build")
def build_plugin(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print path, sizes and hash.")] = False
) -> None:
    """Bundle the plugin into one script, for Flex to load. Needs Node.js 20 and npm."""
    built = _build()
    if as_json:
        typer.echo(json.dumps({**asdict(built), "path": str(built.path)}))
        return
    typer.echo(f"{built.path}: {built.size / 1000:,.0f} kB, {built.gzipped / 1000:,.0f} kB as it is sent")
    typer.echo(f"sha256 {built.sha256}")


@app.command()
def deploy(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    script: Script = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Build the plugin, have Twilio host it, and release it beside the account's other plugins.

    It shows the plan and asks first. Ended in the middle, it does the rest when it is run again; a script
    that is released already changes nothing.
    """
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        ready_auth_token(stack, from_input=token_from_input, ask=is_interactive())
        version = read_version(FOLDER, script or _build().path)

        def plan(releases: Releases, hosting: Hosting) -> Rollout:
            return plan_deployment(releases, hosting, version)

        _proceed(stack, version.name, plan, dry_run=dry_run, yes=yes, as_json=as_json)


@app.command()
def rollback(
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="VERSION", help='A version, or "none"; else the one before.')
    ] = "",
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Release again what Flex loaded before the present version; the account's other plugins stay.

    Where there was no version before, Flex loads the plugin no more. It goes back once: for an older version,
    name it by --to.
    """
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        ready_auth_token(stack, from_input=token_from_input, ask=is_interactive())
        name, _ = read_name(FOLDER)

        def plan(releases: Releases, hosting: Hosting) -> Rollout:
            return plan_rollback(releases, hosting, name, to)

        _proceed(stack, name, plan, dry_run=dry_run, yes=yes, as_json=as_json)


@app.command()
def status(
    *,
    stack_name: StackName = "",
    profile: Profile = "dev",
    region: Region = "",
    local: Local = False,
    port: Port = 3000,
    folder: Folder = DEFAULT_FOLDER,
    token_from_input: TokenFromInput = False,
    as_json: Json = False,
) -> None:
    """Show which version Flex loads, and which are hosted; exit code 1 if Flex cannot load it."""
    with chosen_stack(profile, region, folder, local=local, port=port, name=stack_name) as stack:
        ready_auth_token(stack, from_input=token_from_input, ask=is_interactive())
        name, _ = read_name(FOLDER)
        with progress(_PLANNING):
            state = read_state(*_at_twilio(stack, name), name)
    built = FOLDER / SCRIPT
    here = hashlib.sha256(built.read_bytes()).hexdigest() if built.exists() else ""
    if as_json:
        typer.echo(json.dumps(state_json(state) | {"built": here or None}, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{heading(stack)}\n")
        for line in state_lines(state):
            typer.echo(line)
        if here:
            version = state.version_of(here)
            typer.echo(f"built here: {here[:16]}, {f'version {version}' if version else 'not deployed yet'}")
    if state.problem:
        fail(state.problem)


def _build() -> Bundle:
    try:
        with progress("building the Flex plugin"):
            return build()
    except BuildFailedError as error:
        fail(str(error))


def _at_twilio(stack: Stack, name: str) -> tuple[Releases, Hosting]:
    client = stack.twilio
    return Releases(client), Hosting(client, stack.account_sid, name)


def _proceed(
    stack: Stack,
    name: str,
    make_plan: Callable[[Releases, Hosting], Rollout],
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Show a plan, ask, and carry it out."""
    if as_json and not dry_run:
        may_proceed(yes=yes, ask=False)
    with progress(_PLANNING):
        rollout = make_plan(*_at_twilio(stack, name))
    if as_json:
        # Only what was planned is printed, once it is done, so that the output is one document.
        if not dry_run:
            carry_out(rollout.steps, lambda _: None)
        shown = {"stack": stack.name, "account": stack.account_sid, **plan_json(rollout)}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{heading(stack)}\n")
    for line in plan_lines(rollout):
        typer.echo(line)
    typer.echo(summary(rollout))
    if dry_run or not rollout.missing:
        return
    if not may_proceed(yes=yes, ask=is_interactive()):
        typer.echo("Nothing was changed.")
        return
    carry_out(rollout.steps, lambda title: typer.echo(f"done: {title}"))

"""``switchboard sip``: the map of SIP routes to a file and back, as JSON or CSV.

Speaks to the admin routes of the platform on this machine or, where there is a base URL, of a deployment. The
token is then a Flex user's token, for an import an administrator's.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.terminal import fail, progress

if TYPE_CHECKING:
    from tools.sip_map.admin_client import AdminRoutes

app = typer.Typer(add_completion=False, no_args_is_help=True)

Url = Annotated[str, typer.Option(envvar="URL", help="Base URL of a deployment; else the platform here.")]
Token = Annotated[str, typer.Option(envvar="TOKEN", help="Token of a Flex user of the deployment.")]


@app.callback()
def sip() -> None:
    """Export the map of SIP routes, or import it."""


@app.command("export")
def export_map(
    file: Annotated[
        Path | None, typer.Argument(help="Ends in .json, .csv or .tsv; none: JSON to standard output.")
    ] = None,
    *,
    version: Annotated[str, typer.Option(help="latest, live, or a version's SID.")] = "latest",
    url: Url = "",
    token: Token = "",
) -> None:
    """Write a version of the map to a file."""
    from tools.sip_map.admin_client import AdminRoutes, RefusedError
    from tools.sip_map.map_file import write_map
    from tools.sip_map.table import TableError

    try:
        with progress("reading the map"):
            listed = AdminRoutes(url, token).ask("list", version=version)
        for error in listed.get("errors", ()):
            sys.stderr.write(f"{error['field']}: {error['message']}\n")
        text = write_map(str(file or "map.json"), listed["data"])
        if file is None:
            sys.stdout.write(text)
            return
    except (RefusedError, TableError) as error:
        fail(str(error))
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}")
    count = len(listed["data"]["routes"])
    sys.stderr.write(f"{file}: {count} routes of version {listed['version']}\n")


@app.command("import")
def import_map(
    file: Annotated[Path, typer.Argument(help="Ends in .json, .csv, .tsv or .txt.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would change.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Route calls by it at once.")] = False,
    note: Annotated[str, typer.Option(envvar="NOTE", help="What the history says about it.")] = "",
    url: Url = "",
    token: Token = "",
) -> None:
    """Save the map in a file as a new version."""
    from tools.sip_map.admin_client import AdminRoutes, RefusedError
    from tools.sip_map.table import TableError

    try:
        _import(AdminRoutes(url, token), file, note or f"From {file.name}", dry_run=dry_run, publish=publish)
    except (RefusedError, TableError) as error:
        fail(str(error))


def _import(routes: "AdminRoutes", file: Path, note: str, *, dry_run: bool, publish: bool) -> None:
    from sip_router.domain.diff import difference
    from sip_router.domain.validation import check_change
    from tools.sip_map.difference import describe
    from tools.sip_map.map_file import read_map, with_what_tables_lack
    from tools.sip_map.table import TableError

    try:
        content = file.read_bytes()
    except OSError as error:
        raise TableError(f"{file}: cannot be read: {error.strerror}") from None
    data = read_map(str(file), content)
    with progress("comparing the maps"):
        listed = routes.ask("list")
        data = with_what_tables_lack(str(file), data, listed["data"])
        errors = check_change(data, listed["data"])
        lines = [] if errors else describe(difference(listed["data"], data))
    if errors:
        fail("\n".join(f"{file}: {error['field']}: {error['message']}" for error in errors))
    print("\n".join(lines) or "Nothing changes.")
    if dry_run:
        return
    if not lines and listed["data"] == data:
        if publish and not listed["versionIsDeployed"]:
            # A version and its build share their digits.
            _publish(routes, f"ZB{listed['version'][2:]}")
        return
    with progress("saving the map"):
        saved = routes.ask("update", data=data, version=listed["version"], note=note)
    print(f"Saved as {saved['version']}.")
    if publish:
        _publish(routes, saved["buildSid"])
        return
    print(f"Calls do not follow it yet: publish build {saved['buildSid']}, or import with --publish.")


def _publish(routes: "AdminRoutes", build_sid: str) -> None:
    with progress("publishing the map"):
        published = routes.ask("publish", buildSid=build_sid)
    print(f"Published: {published['deploymentSid']}.")

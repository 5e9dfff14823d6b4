"""``make sip-export`` and ``make sip-import``: a map of SIP routes to a file and back, as JSON or CSV.

Speaks to the admin routes of the platform on this machine or, where the environment has a base URL as URL, of
a deployment. TOKEN is then a Flex user's token, for an import an administrator's.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sip_router.domain.diff import difference
from sip_router.domain.validation import check_map
from tools.sip_map.admin_client import AdminRoutes, RefusedError
from tools.sip_map.difference import describe
from tools.sip_map.table import TableError, from_csv, to_csv


def main(arguments: Sequence[str] | None = None) -> int:
    """Export or import; return 0, or 1 where that was refused."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sip_map.command", description=__doc__.partition("\n")[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="write a version to a file, or to standard output")
    export.add_argument("file", nargs="?", type=Path, help="ends in .json or .csv")
    export.add_argument("--version", default="latest", help="latest, live, or a version's SID")
    take = commands.add_parser("import", help="save the map in a file as a new version")
    take.add_argument("file", type=Path, help="ends in .json or .csv")
    take.add_argument("--dry-run", action="store_true", help="only print what would change")
    take.add_argument("--publish", action="store_true", help="route calls by it at once")
    take.add_argument("--note", default=os.environ.get("NOTE", ""), help="what the history says about it")
    given = parser.parse_args(arguments)
    try:
        routes = AdminRoutes(os.environ.get("URL", ""), os.environ.get("TOKEN", ""))
        if given.command == "export":
            return _export(routes, given.file, given.version)
        return _import(routes, given)
    except (RefusedError, TableError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _export(routes: AdminRoutes, file: Path | None, version: str) -> int:
    listed = routes.ask("list", version=version)
    as_csv = file is not None and _is_table(file)
    text = to_csv(listed["data"]) if as_csv else _as_json(listed["data"])
    if file is None:
        sys.stdout.write(text)
        return 0
    file.write_bytes(text.encode())
    count = len(listed["data"]["routes"])
    sys.stderr.write(f"{file}: {count} routes of version {listed['version']}\n")
    return 0


def _import(routes: AdminRoutes, given: argparse.Namespace) -> int:
    data = _read(given.file)
    listed = routes.ask("list") if _is_table(given.file) else None
    if listed:
        # A table has no place for what else a map may hold: that stays.
        data = {**listed["data"], **data}
    if errors := check_map(data):
        for error in errors:
            sys.stderr.write(f"{given.file}: {error['field']}: {error['message']}\n")
        return 1
    listed = listed or routes.ask("list")
    change = difference(listed["data"], data)
    lines = describe(change)
    print("\n".join(lines) or "Nothing changes.")
    if given.dry_run:
        return 0
    if not lines and listed["data"] == data:
        if given.publish and not listed["versionIsDeployed"]:
            # A version and its build share their digits.
            return _publish(routes, f"ZB{listed['version'][2:]}")
        return 0
    saved = routes.ask(
        "update", data=data, version=listed["version"], note=given.note or f"From {given.file.name}"
    )
    print(f"Saved as {saved['version']}.")
    if given.publish:
        return _publish(routes, saved["buildSid"])
    print(f"Calls do not follow it yet: publish build {saved['buildSid']}, or import with PUBLISH=1.")
    return 0


def _publish(routes: AdminRoutes, build_sid: str) -> int:
    print(f"Published: {routes.ask('publish', buildSid=build_sid)['deploymentSid']}.")
    return 0


def _is_table(file: Path) -> bool:
    return file.suffix.lower() == ".csv"


def _read(file: Path) -> Any:
    try:
        text = file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise TableError(
            f"{file}: is not UTF-8 (byte {error.start + 1:,}): save it as UTF-8, "
            'which spreadsheets call "CSV UTF-8"'
        ) from None
    if _is_table(file):
        return from_csv(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise TableError(f"{file}: {error}") from None


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())

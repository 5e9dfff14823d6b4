"""``make sip-export`` and ``make sip-import``: a map of SIP routes to a file and back, as JSON or CSV.

Speaks to the admin routes of the platform on this machine or, where the environment has a base URL as URL, of
a deployment. TOKEN is then a Flex user's token, for an import an administrator's.
"""

import argparse
import gzip
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.sip_table import TableError, from_csv, to_csv
from sip_router.check import check_map
from sip_router.diff import difference

_SECONDS = 35.0
_SHOWN = 50


class RefusedError(Exception):
    """The admin routes refuse, or do not answer; the message is for the operator."""


class AdminRoutes:
    """The admin routes of a platform or deployment.

    Parameters
    ----------
    url
        Base URL; "" for the platform on this machine.
    token
        A Flex token; "" for that of the platform's own administrator.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/") or f"http://127.0.0.1:{os.environ.get('PORT') or 3000}"
        # A proxy named in a developer's environment must not get in between.
        local = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener() if url else urllib.request.build_opener(local)
        self._token = token or self._own_token(is_local=not url)

    def ask(self, what: str, **content: Any) -> Any:
        """Post JSON to /admin/… and return the answer's.

        Raises
        ------
        RefusedError
            Anything but 200.
        """
        body = gzip.compress(json.dumps({**content, "Token": self._token}).encode(), 6)
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
        }
        return self._send(urllib.request.Request(f"{self._url}/admin/{what}", body, headers))

    def _own_token(self, *, is_local: bool) -> str:
        if not is_local:
            raise RefusedError("TOKEN is missing: the token of a Flex user")
        health = self._send(urllib.request.Request(f"{self._url}/_local/health"))
        token: str = health["flexTokens"]["admin"]
        return token

    def _send(self, request: urllib.request.Request) -> Any:
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return _content(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(_reason(error.code, _content(error))) from None
        except OSError as error:
            raise RefusedError(
                f"{self._url} does not answer. Without URL, `make run` must run. ({error})"
            ) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Export or import; return 0, or 1 where that was refused."""
    parser = argparse.ArgumentParser(prog="python -m local.sip_map", description=__doc__.partition("\n")[0])
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
    except (RefusedError, TableError, UnicodeDecodeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _export(routes: AdminRoutes, file: Path | None, version: str) -> int:
    listed = routes.ask("list", version=version)
    as_csv = file is not None and file.suffix == ".csv"
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
    if errors := check_map(data):
        for error in errors:
            sys.stderr.write(f"{given.file}: {error['field']}: {error['message']}\n")
        return 1
    listed = routes.ask("list")
    change = difference(listed["data"], data)
    lines = describe(change)
    print("\n".join(lines) or "Nothing changes.")
    if given.dry_run or (not lines and listed["data"] == data):
        return 0
    saved = routes.ask(
        "update", data=data, version=listed["version"], note=given.note or f"From {given.file.name}"
    )
    print(f"Saved as {saved['version']}.")
    if given.publish:
        print(f"Published: {routes.ask('publish', buildSid=saved['buildSid'])['deploymentSid']}.")
    else:
        print(f"Calls do not follow it yet: publish build {saved['buildSid']}, or import with PUBLISH=1.")
    return 0


def describe(change: Mapping[str, Any]) -> list[str]:
    """Return a difference in words, a line for each route: + added, - removed, ~ changed."""
    lines = [f"+ {_route(route)}" for route in change["added"]]
    lines += [f"- {_route(route)}" for route in change["removed"]]
    for item in change["changed"]:
        lines += [f"~ {item['address']}", *_fields(item["before"], item["after"], item["fields"])]
    if change["default"]:
        before, after = change["default"]["before"], change["default"]["after"]
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        lines += ["~ the default route", *_fields(before, after, names)]
    if change["patternsReordered"]:
        lines.append("~ patterns are tried in another order")
    if len(lines) > 2 * _SHOWN:
        return [*lines[:_SHOWN], f"… and {len(lines) - _SHOWN:,} lines more"]
    return lines


def _read(file: Path) -> Any:
    text = file.read_bytes().decode()
    if file.suffix == ".csv":
        return from_csv(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise TableError(f"{file}: {error}") from None


def _route(route: Mapping[str, Any]) -> str:
    return f"{route['address']}: {route['type']} {_short(route['destination'])}"


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [f"    {name}: {_short(before.get(name))} → {_short(after.get(name))}" for name in names]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _content(answer: Any) -> Any:
    body = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _reason(status: int, content: Any) -> str:
    if status == 409:
        return "Somebody else saved a version meanwhile: look at the difference again, and import again."
    message = content.get("message", content) if isinstance(content, dict) else content
    errors = content.get("errors", []) if isinstance(content, dict) else []
    return "\n".join([f"{status}: {message}", *(f"  {item['field']}: {item['message']}" for item in errors)])


if __name__ == "__main__":
    sys.exit(main())

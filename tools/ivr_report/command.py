"""`make ivr-report`: read records, write the page, say where it is."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.http_messages import LocalError
from local.template import parameters
from tools.ivr_report import records
from tools.ivr_report.page import page
from tools.ivr_report.paths import summarise
from tools.phone.client import PhoneClient


def main(arguments: list[str] | None = None) -> int:
    """Write the report.

    Returns
    -------
    int
        0, or 1 if there is no record to report on.
    """
    options = _parser().parse_args(arguments)
    found, source = _found(options)
    paths = summarise(found)
    if not paths.calls:
        print(f"{source} has no recorded call{' of that flow' if options.flow else ''}.", file=sys.stderr)
        return 1
    out = Path(options.out)
    out.write_text(page(paths, f"Call paths: {options.flow or source}"), encoding="utf-8")
    print(f"{paths.calls:,} calls from {source}: open {out.resolve().as_uri()}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make ivr-report",
        description="One page about how callers move through a flow.",
        epilog="Without --table and --archive: a running `make run` on PORT, or else made-up sample calls.",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--table", help="the deployed table (the stack's output IvrPathsTableName)")
    source.add_argument("--archive", help="s3://bucket/ivr-paths/… or a directory with a copy of it")
    parser.add_argument("--flow", help="only calls that went through this flow (FW…)")
    parser.add_argument("--out", default="ivr-report.html", help="the file to write (default: %(default)s)")
    return parser


def _found(options: argparse.Namespace) -> tuple[Iterable[records.Record], str]:
    flow: str | None = options.flow
    if options.table:
        return records.from_table(_client("dynamodb"), options.table, flow), options.table
    if options.archive:
        if options.archive.startswith("s3://"):
            return records.from_bucket(_client("s3"), options.archive, flow), options.archive
        return records.from_directory(Path(options.archive), flow), options.archive
    return _local(flow)


def _local(flow: str | None) -> tuple[Iterable[records.Record], str]:
    local = PhoneClient(f"http://127.0.0.1:{os.environ.get('PORT', '3000')}")
    try:
        health = local.request("GET", "/health")
    except (OSError, LocalError):
        from local.twilio.studio.flow import sample_flows
        from tools.ivr_report.sample import sample_records

        return sample_records(sample_flows(parameters.PUBLIC_BASE_URL)), "made-up sample calls"
    table = f"{parameters.STACK_NAME}-IvrPaths"
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": health["region"]}
    client = _client("dynamodb", endpoint_url=health["awsEndpoint"], **keys)
    return records.from_table(client, table, flow), "the platform on this machine"


def _client(service: str, **options: Any) -> Any:
    import boto3

    return boto3.client(service, **options)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())

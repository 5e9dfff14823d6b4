"""``switchboard ivr report``: read records of call paths, write the page, print its address."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.terminal import fail, progress

if TYPE_CHECKING:
    from tools.ivr_report.records import Record

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def ivr() -> None:
    """Look at the paths of calls."""


@app.command()
def report(
    *,
    table: Annotated[
        str, typer.Option(envvar="TABLE", help="The deployed table: the stack's output IvrPathsTableName.")
    ] = "",
    archive: Annotated[
        str,
        typer.Option(envvar="ARCHIVE", help="s3://bucket/ivr-paths/… or a directory with a copy of it."),
    ] = "",
    flow: Annotated[
        str, typer.Option(envvar="FLOW", help="Only calls that went through this flow (FW…).")
    ] = "",
    out: Annotated[Path, typer.Option(envvar="OUT", help="The file to write.")] = Path("ivr-report.html"),
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port of the running platform.")
    ] = 3000,
) -> None:
    """Write one page about how callers move through a flow.

    Without --table and --archive it reads the platform that runs here, or else made-up sample calls.
    """
    if table and archive:
        raise typer.BadParameter("only one of --table and --archive can be read")
    from tools.ivr_report.page import page
    from tools.ivr_report.paths import summarise
    from tools.ivr_report.records import RecordError
    from tools.stack.stack import AWS_FAILURES

    try:
        with progress("reading the records"):
            found, source = _found(table, archive, flow or None, port)
            paths = summarise(found)
    except AWS_FAILURES as error:
        fail(f"{table or archive} cannot be read: {' '.join(str(error).split())}")
    except RecordError as error:
        fail(str(error))
    if not paths.calls:
        none = f"{source} has recorded no call{' of that flow' if flow else ''}"
        local = "call one of its numbers that have a Studio flow, as in `make phone`, and hang up"
        fail(none if table or archive else f"{none}: {local}")
    try:
        out.write_text(page(paths, f"Call paths: {flow or source}"), encoding="utf-8")
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}")
    print(
        f"{paths.calls:,} call{'' if paths.calls == 1 else 's'} from {source}: open {out.resolve().as_uri()}"
    )


def _found(table: str, archive: str, flow: str | None, port: int) -> tuple[Iterable["Record"], str]:
    from tools.ivr_report import records

    if table:
        return records.from_table(_client("dynamodb"), table, flow), table
    if archive.startswith("s3://"):
        return records.from_bucket(_client("s3"), archive, flow), archive
    if archive:
        return records.from_directory(Path(archive), flow), archive
    return _local(flow, port)


def _local(flow: str | None, port: int) -> tuple[Iterable["Record"], str]:
    from local.http_messages import LocalError
    from local.template import parameters
    from tools.ivr_report import records
    from tools.phone.client import PhoneClient

    local = PhoneClient(f"http://127.0.0.1:{port}")
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

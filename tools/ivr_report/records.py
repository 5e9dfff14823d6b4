"""Sources of the report's records: the table, or the archive."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from ivr_path.domain.path_document import to_document
from ivr_path.domain.retention import has_expired
from ivr_path.storage.path_item import parse_item
from ivr_path.storage.table import BY_FLOW, BY_TIME, CALL, KIND
from switchboard import aws
from switchboard.timestamps import now_ms
from tools.ivr_report.journey import NO_RECORD, to_journey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Record = Mapping[str, Any]

RECORDED: Final = "recorded"
"""The status of a record whose path is complete."""

BATCH: Final = 100
"""The most keys of a BatchGetItem."""


class RecordError(ValueError):
    """What was named cannot be read as records; the message says where."""


class ListedCall(NamedTuple):
    """A call in an index of the table: its SID, and its start as ISO 8601."""

    call_sid: str
    started_at: str


def list_calls(
    client: "DynamoDBClient", table: str, flow_sid: str | None, earliest: str = "0", latest: str = "9"
) -> Iterator[ListedCall]:
    """Yield the calls of a flow, or of all, newest first, from an index that holds keys only.

    Parameters
    ----------
    client : DynamoDBClient
    table : str
        The stack's output IvrPathsTableName.
    flow_sid : str or None
        FW….
    earliest, latest : str
        Bounds of their start, both included, as ISO 8601.
    """
    index, name, value = (BY_FLOW, "flowSid", flow_sid) if flow_sid else (BY_TIME, "kind", KIND)
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#partition = :partition AND startedAt BETWEEN :earliest AND :latest",
        ExpressionAttributeNames={"#partition": name},
        ExpressionAttributeValues={
            ":partition": {"S": str(value)},
            ":earliest": {"S": earliest},
            ":latest": {"S": latest},
        },
        ScanIndexForward=False,
    )
    for page in pages:
        for item in page["Items"]:
            yield ListedCall(item["id"]["S"], item["startedAt"]["S"])


def read_calls(client: "DynamoDBClient", table: str, call_sids: Sequence[str], now: int) -> Iterator[Record]:
    """Yield the records of at most 100 calls, without their widgets' data, recorded or not.

    Those that have expired at `now`, in ms since the epoch, are left out: DynamoDB may still have them.
    """
    keys: Any = [{"id": {"S": sid}, "part": {"S": CALL}} for sid in dict.fromkeys(call_sids)]
    while keys:
        answer = client.batch_get_item(RequestItems={table: {"Keys": keys}})
        for attributes in answer["Responses"].get(table, []):
            item = aws.from_item(attributes)
            if not has_expired(item.get("expiresAt"), now):
                yield to_document(parse_item(item["id"], item).path, with_widgets=False)
        unread = answer["UnprocessedKeys"]
        keys = unread[table]["Keys"] if table in unread else []


def from_table(client: "DynamoDBClient", table: str, flow_sid: str | None) -> Iterator[Record]:
    """Yield the recorded calls of a flow, or of all.

    Parameters
    ----------
    client : DynamoDBClient
    table : str
        The stack's output IvrPathsTableName.
    flow_sid : str or None
        FW….
    """
    listed = (call.call_sid for call in list_calls(client, table, flow_sid))
    while batch := list(islice(listed, BATCH)):
        yield from (
            record for record in read_calls(client, table, batch, now_ms()) if record["status"] == RECORDED
        )


def from_bucket(client: "S3Client", url: str, flow_sid: str | None) -> Iterator[Record]:
    """Yield the archived records below ``s3://bucket/ivr-paths/`` or a narrower prefix, such as a month.

    Raises
    ------
    RecordError
        A line is no record.
    """
    place = urlsplit(url)
    for key in list_objects(client, place.netloc, place.path.lstrip("/")):
        yield from read_object(client, place.netloc, key, flow_sid)


def list_objects(client: "S3Client", bucket: str, prefix: str) -> Iterator[str]:
    """Yield the keys of the archive's objects below a prefix."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield item["Key"]


def read_object(client: "S3Client", bucket: str, key: str, flow_sid: str | None = None) -> Iterator[Record]:
    """Yield the records of one object of the archive, which has one; of a flow, or of all.

    Raises
    ------
    RecordError
        A line is no record.
    """
    body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    yield from _lines(body, key, flow_sid)


def from_directory(directory: Path, flow_sid: str | None) -> Iterator[Record]:
    """Yield the archived records in a copy of the archive on disk.

    Raises
    ------
    RecordError
        There is no such folder, or a line is no record.
    """
    if not directory.is_dir():
        raise RecordError(f"{directory}: there is no such folder")
    for path in sorted(directory.rglob("*.json")):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise RecordError(f"{path}: cannot be read: {error.strerror}") from None
        yield from _lines(content, str(path), flow_sid)


def _lines(content: bytes, name: str, flow_sid: str | None) -> Iterator[Record]:
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                document: Record = json.loads(line)
                flows = to_journey(document).flows
            except NO_RECORD:
                raise RecordError(f"{name}: line {number} is no record of a call") from None
            if flow_sid is None or flow_sid in flows:
                yield document

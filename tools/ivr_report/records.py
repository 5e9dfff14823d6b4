"""Sources of the report's records: the table, or the archive."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ivr_path.domain.path_document import to_document
from ivr_path.storage.path_item import parse_item
from ivr_path.storage.table import BY_FLOW, BY_TIME, CALL, KIND
from switchboard import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

Record = Mapping[str, Any]

_BATCH = 100


class RecordError(ValueError):
    """What was named cannot be read as records; the message says where."""


def from_table(client: "DynamoDBClient", table: str, flow_sid: str | None) -> Iterator[Record]:
    """Yield the recorded calls of a flow, or of all, from their index.

    Parameters
    ----------
    client : DynamoDBClient
    table : str
        The stack's output IvrPathsTableName.
    flow_sid : str or None
        FW….
    """
    index, name, value = (BY_FLOW, "flowSid", flow_sid) if flow_sid else (BY_TIME, "kind", KIND)
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName=index,
        KeyConditionExpression="#partition = :partition",
        ExpressionAttributeNames={"#partition": name},
        ExpressionAttributeValues={":partition": {"S": str(value)}},
        ScanIndexForward=False,
    )
    waiting: list[str] = []
    for page in pages:
        for item in page["Items"]:
            waiting.append(item["id"]["S"])
            if len(waiting) == _BATCH:
                yield from _read(client, table, waiting)
                waiting = []
    yield from _read(client, table, waiting)


def from_bucket(client: "S3Client", url: str, flow_sid: str | None) -> Iterator[Record]:
    """Yield the archived records below ``s3://bucket/ivr-paths/`` or a narrower prefix, such as a month.

    Raises
    ------
    RecordError
        A line is no record.
    """
    place = urlsplit(url)
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=place.netloc, Prefix=place.path.lstrip("/")
    )
    for page in pages:
        for item in page.get("Contents", []):
            body = client.get_object(Bucket=place.netloc, Key=item["Key"])["Body"].read()
            yield from _lines(body, item["Key"], flow_sid)


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
                flows = {execution["flowSid"] for execution in document["executions"]}
            except (ValueError, TypeError, KeyError):
                raise RecordError(f"{name}: line {number} is no record of a call") from None
            if flow_sid is None or flow_sid in flows:
                yield document


def _read(client: "DynamoDBClient", table: str, call_sids: list[str]) -> Iterator[Record]:
    keys: Any = [{"id": {"S": sid}, "part": {"S": CALL}} for sid in dict.fromkeys(call_sids)]
    while keys:
        answer = client.batch_get_item(RequestItems={table: {"Keys": keys}})
        for attributes in answer["Responses"].get(table, []):
            item = aws.from_item(attributes)
            document = to_document(parse_item(item["id"], item).path, with_widgets=False)
            if document["status"] == "recorded":
                yield document
        unread = answer["UnprocessedKeys"]
        keys = unread[table]["Keys"] if table in unread else []

"""Calls by flow and time: a page of keys from an index, then their records. Never a scan."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ivr_path.cursor import Cursor
from ivr_path.list_query import ListQuery
from ivr_path.settings import settings
from ivr_path.storage import table
from ivr_path.storage.path_item import Stored, stored
from ivr_path.storage.paths import is_expired
from switchboard import aws
from switchboard.errors import ServiceUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 0, 0)


@dataclass(frozen=True)
class Entry:
    """A call in a list: its place, and what is known of it."""

    place: Cursor
    call: Stored


@dataclass(frozen=True)
class Page:
    """Calls, newest first, and where the next page begins; None: nowhere."""

    entries: list[Entry]
    cursor: Cursor | None


def page(query: ListQuery) -> Page:
    """Read one page.

    What it costs depends on the page and not on the table: one query of an index that holds keys only (at
    most 100 of about 150 bytes each), and one read of the records themselves.
    """
    flow_sid = query.flow_sid
    request: QueryInputTypeDef = {
        "TableName": settings().ivr_paths_table,
        "IndexName": table.BY_FLOW if flow_sid else table.BY_TIME,
        "KeyConditionExpression": "#partition = :partition AND startedAt BETWEEN :earliest AND :latest",
        "ExpressionAttributeNames": {"#partition": "flowSid" if flow_sid else "kind"},
        "ExpressionAttributeValues": {
            ":partition": {"S": flow_sid or table.KIND},
            ":earliest": {"S": query.earliest or "0"},
            ":latest": {"S": query.latest or "9"},
        },
        "ScanIndexForward": False,
        "Limit": query.limit,
    }
    if query.cursor:
        request["ExclusiveStartKey"] = query.cursor.key(flow_sid)
    answer = table.client().query(**request)
    places = [_cursor(aws.from_item(item)) for item in answer["Items"]]
    records = _records([place.call_sid for place in places])
    last = answer.get("LastEvaluatedKey")
    return Page(
        [Entry(place, records[place.call_sid]) for place in places if place.call_sid in records],
        _cursor(aws.from_item(last)) if last else None,
    )


def _records(call_sids: Sequence[str]) -> dict[str, Stored]:
    """Read records that have not expired, by call SID."""
    name = settings().ivr_paths_table
    found: dict[str, Stored] = {}
    waiting: Any = [table.key(call_sid, table.RECORD) for call_sid in dict.fromkeys(call_sids)]
    for pause in _PAUSES:
        if not waiting:
            return found
        answer = table.client().batch_get_item(RequestItems={name: {"Keys": waiting}})
        items = answer["Responses"].get(name, [])
        for attributes in items:
            item = aws.from_item(attributes)
            if not is_expired(item):
                found[item["id"]] = stored(item["id"], item)
        # What is left over did not fit into 16 MB, or came too fast for the table.
        waiting = answer["UnprocessedKeys"][name]["Keys"] if name in answer["UnprocessedKeys"] else []
        if waiting and not items:
            time.sleep(pause)
    raise ServiceUnavailable("The table does not keep up. Try again later.")


def _cursor(key: Mapping[str, Any]) -> Cursor:
    return Cursor(key["id"], key["part"], key["startedAt"])

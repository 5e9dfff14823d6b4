"""Calls by flow and time: query a page of keys in an index, then read the calls. Never a scan."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ivr_path.domain.path_query import ListPosition, PathQuery
from ivr_path.domain.retention import has_expired
from ivr_path.settings import settings
from ivr_path.storage import table
from ivr_path.storage.path_item import PathItem, parse_item
from switchboard import aws
from switchboard.errors import ServiceUnavailable
from switchboard.timestamps import now_ms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 0, 0)


@dataclass(frozen=True)
class Entry:
    """A call in a list, and its position there."""

    position: ListPosition
    item: PathItem


@dataclass(frozen=True)
class Page:
    """Calls, newest first, and the position after which the next page begins; None: the last page."""

    entries: list[Entry]
    last: ListPosition | None


def read_page(query: PathQuery) -> Page:
    """Read one page.

    Its cost depends on the page and not on the table: one query of an index that holds keys only (at most
    100 of about 150 bytes each), and one read of the calls themselves.
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
    if query.after:
        request["ExclusiveStartKey"] = _index_key(query.after, flow_sid)
    answer = aws.client("dynamodb").query(**request)
    positions = [_position(aws.from_item(item)) for item in answer["Items"]]
    items = _read_items([position.call_sid for position in positions])
    last = answer.get("LastEvaluatedKey")
    return Page(
        [Entry(position, items[position.call_sid]) for position in positions if position.call_sid in items],
        _position(aws.from_item(last)) if last else None,
    )


def _read_items(call_sids: Sequence[str]) -> dict[str, PathItem]:
    """Read the calls that have not expired, by call SID."""
    name = settings().ivr_paths_table
    found: dict[str, PathItem] = {}
    waiting: Any = [table.key(call_sid, table.CALL) for call_sid in dict.fromkeys(call_sids)]
    for pause in _PAUSES:
        if not waiting:
            return found
        answer = aws.client("dynamodb").batch_get_item(RequestItems={name: {"Keys": waiting}})
        items = answer["Responses"].get(name, [])
        for attributes in items:
            item = aws.from_item(attributes)
            if not has_expired(item.get("expiresAt"), now_ms()):
                found[item["id"]] = parse_item(item["id"], item)
        # Unprocessed keys did not fit into 16 MB, or exceeded the table's throughput.
        waiting = answer["UnprocessedKeys"][name]["Keys"] if name in answer["UnprocessedKeys"] else []
        if waiting and not items:
            time.sleep(pause)
    raise ServiceUnavailable("The records cannot be read at the moment. Try again later.")


def _position(key: Mapping[str, Any]) -> ListPosition:
    flow_sid = None if key["part"] == table.CALL else key["part"]
    return ListPosition(key["id"], flow_sid, key["startedAt"])


def _index_key(position: ListPosition, flow_sid: str | None) -> dict[str, dict[str, str]]:
    """Return the key of an index entry, after which the next page begins."""
    partition = {"flowSid": {"S": flow_sid}} if flow_sid else {"kind": {"S": table.KIND}}
    return {
        "id": {"S": position.call_sid},
        "part": {"S": position.flow_sid or table.CALL},
        "startedAt": {"S": position.started_at},
        **partition,
    }

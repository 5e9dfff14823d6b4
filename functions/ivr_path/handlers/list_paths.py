"""GET /ivr-paths: records by flow and time, newest first, a page at a time."""

import json
from typing import Any, Final

from ivr_path import listing
from ivr_path.domain.call_path import record
from ivr_path.list_query import ListQuery
from ivr_path.outage import come_again
from switchboard.auth import ApiKey
from switchboard.endpoint import endpoint
from switchboard.reply import Reply, json_reply
from switchboard.request import Request

_ROOM: Final = 4_500_000  # Lambda returns 6 MB at most; a page of very long paths ends earlier


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Answer ``{"items": [record, …], "cursor": …}``; a cursor that is null means that there are no more.

    Records in a list come without their widgets' data, which GET /ivr-paths/{callSid} gives.
    """
    query = ListQuery.read(request.query)
    with come_again():
        page = listing.page(query)
    items: list[dict[str, Any]] = []
    following = page.cursor
    filled = 0
    for entry, previous in zip(page.entries, [None, *page.entries], strict=False):
        document = record(entry.call.facts, with_widgets=False)
        filled += len(json.dumps(document))
        if filled > _ROOM and previous:
            following = previous.place
            break
        items.append(document)
    return json_reply({"items": items, "cursor": following.text() if following else None})

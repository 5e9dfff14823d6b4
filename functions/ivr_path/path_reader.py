"""Read records: one by its call, or a page of a list."""

import json
from dataclasses import dataclass
from typing import Any, Final

from ivr_path.domain.path_document import to_document
from ivr_path.domain.path_query import ListPosition, PathQuery
from ivr_path.storage import bucket, path_list, paths

_PAGE_BYTES: Final = 4_500_000  # Lambda returns 6 MB at most; a page of very long paths ends earlier


@dataclass(frozen=True)
class DocumentPage:
    """Records, newest first, and the position after which the next page begins; None: the last page."""

    items: list[dict[str, Any]]
    last: ListPosition | None


def read_document(call_sid: str) -> dict[str, Any] | None:
    """Return a call's record; None if no flow is known to have had the call, or the record has expired."""
    item = paths.load(call_sid)
    if item is None or not item.has_flow:
        return None
    return to_document(bucket.load_overflow(item))


def read_documents(query: PathQuery) -> DocumentPage:
    """Return a page of records, without their widgets' data."""
    page = path_list.read_page(query)
    items: list[dict[str, Any]] = []
    filled = 0
    for entry, previous in zip(page.entries, [None, *page.entries], strict=False):
        document = to_document(entry.item.path, with_widgets=False)
        filled += len(json.dumps(document))
        if filled > _PAGE_BYTES and previous:
            return DocumentPage(items, previous.position)
        items.append(document)
    return DocumentPage(items, page.last)

"""A query string of the list of calls becomes the query that storage takes."""

from ivr_path.domain.path_query import ListPosition, PathQuery
from ivr_path.requests.list_paths import ListPaths, cursor_after
from switchboard.inputs.model import read

FLOW_SID, CALL_SID = "FW" + "1" * 32, "CA" + "2" * 32
AT = "2026-03-02T10:00:00.000Z"


def test_without_parameters_the_first_fifty_calls_of_all_flows_are_listed() -> None:
    assert read(ListPaths, {}).to_query() == PathQuery(None, None, None, 50, None)


def test_a_page_begins_after_the_last_entry_of_the_page_before() -> None:
    last = ListPosition(CALL_SID, FLOW_SID, AT)
    fields = {"flowSid": FLOW_SID, "from": AT, "to": AT, "limit": "7", "cursor": str(cursor_after(last))}
    assert read(ListPaths, fields).to_query() == PathQuery(FLOW_SID, AT, AT, 7, last)


def test_the_last_page_has_no_cursor() -> None:
    assert cursor_after(None) is None

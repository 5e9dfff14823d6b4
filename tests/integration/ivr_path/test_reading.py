"""GET /ivr-paths/{callSid} and GET /ivr-paths: by flow and time, paged, never a scan."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr_path.domain.path_query import ListPosition
from ivr_path.requests.list_paths import ListPaths
from local.platform import Platform
from switchboard.errors import BadRequest
from switchboard.inputs.model import read
from tests.integration.ivr_path.calls import StudioCall, new_sid
from tests.integration.ivr_path.conftest import NewCall
from tests.support import Caller


def put_calls(platform: Platform, flow_sid: str, number: int, **attributes: Any) -> list[str]:
    """Put linked calls into the table, a second apart, and return their SIDs, newest first."""
    name = platform.resource_name("IvrPaths")
    client = platform.aws.client("dynamodb")
    sids = []
    for second in range(number):
        sid, execution = new_sid("CA"), new_sid("FN")
        plain: dict[str, Any] = {
            "id": {"S": sid},
            "part": {"S": "record"},
            "kind": {"S": "call"},
            "flowSid": {"S": flow_sid},
            "startedAt": {"S": f"2026-03-01T09:{second // 60:02d}:{second % 60:02d}.000Z"},
            "firstSeen": {"N": str(1772355600000 + second * 1000)},
            f"flow:{execution}": {"S": flow_sid},
            **attributes,
        }
        client.put_item(TableName=name, Item=plain)
        sids.append(sid)
    return sids[::-1]


def listed(caller: Caller, **query: str) -> dict[str, Any]:
    answer = caller.key_get("/ivr-paths?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in query.items()))
    assert answer.status == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def sids(page: dict[str, Any]) -> list[str]:
    return [item["callSid"] for item in page["items"]]


def test_calls_are_listed_in_pages_newest_first(platform: Platform, caller: Caller) -> None:
    flow = new_sid("FW")
    expected = put_calls(platform, flow, 25)
    found: list[str] = []
    cursor = ""
    while True:
        page = listed(caller, flowSid=flow, limit="10", **({"cursor": cursor} if cursor else {}))
        found += sids(page)
        if not (cursor := page["cursor"] or ""):
            break
    assert found == expected


def test_a_page_has_fifty_calls_by_default(platform: Platform, caller: Caller) -> None:
    flow = new_sid("FW")
    expected = put_calls(platform, flow, 60)
    page = listed(caller, flowSid=flow)
    assert sids(page) == expected[:50]
    assert sids(listed(caller, flowSid=flow, limit="100")) == expected


@pytest.mark.parametrize(
    ("bounds", "seconds"),
    [
        ({"from": "2026-03-01T09:00:03Z"}, [4, 3]),
        ({"to": "2026-03-01T09:00:01Z"}, [1, 0]),
        ({"from": "2026-03-01T10:00:01+01:00", "to": "2026-03-01T09:00:02.500Z"}, [2, 1]),
        ({"from": "2026-03-02"}, []),
        ({"to": "2026-03-02"}, [4, 3, 2, 1, 0]),
        ({"from": "2026-03-01", "to": "2026-03-01"}, [4, 3, 2, 1, 0]),
        ({"to": "2026-02-28"}, []),
    ],
)
def test_a_list_can_be_limited_to_a_period(
    platform: Platform, caller: Caller, bounds: dict[str, str], seconds: list[int]
) -> None:
    flow = new_sid("FW")
    oldest_first = put_calls(platform, flow, 5)[::-1]
    assert sids(listed(caller, flowSid=flow, **bounds)) == [oldest_first[second] for second in seconds]


def test_an_offset_whose_plus_sign_was_not_encoded_is_read(platform: Platform, caller: Caller) -> None:
    flow = new_sid("FW")
    put_calls(platform, flow, 2)
    answer = caller.key_get(f"/ivr-paths?flowSid={flow}&from=2026-03-01T10:00:01+01:00")
    assert len(answer.json()["items"]) == 1


def test_without_a_flow_all_calls_are_listed(platform: Platform, caller: Caller) -> None:
    expected = put_calls(platform, new_sid("FW"), 2)
    window = {"from": "2026-03-01T09:00:00Z", "to": "2026-03-01T09:00:01Z", "limit": "100"}
    assert set(expected) <= set(sids(listed(caller, **window)))


def test_a_list_makes_two_reads_and_no_scan(platform: Platform, caller: Caller) -> None:
    flow = new_sid("FW")
    put_calls(platform, flow, 3)
    listed(caller, flowSid=flow)
    caller.local("DELETE", "/invocations")
    listed(caller, flowSid=flow)
    listed(caller)
    for invocation in caller.invocations("IvrPathListPaths"):
        assert invocation["aws"] == ["dynamodb.Query", "dynamodb.BatchGetItem"]


def test_a_record_is_fetched_with_one_read(call: StudioCall) -> None:
    call.link()
    call.get()
    call.caller.local("DELETE", "/invocations")
    call.get()
    assert [item["aws"] for item in call.caller.invocations("IvrPathGetPath")] == [["dynamodb.GetItem"]]


def test_an_expired_record_is_not_returned_although_the_table_still_has_it(
    platform: Platform, caller: Caller
) -> None:
    flow = new_sid("FW")
    (gone,) = put_calls(platform, flow, 1, expiresAt={"N": "1772355600"})
    assert caller.key_get(f"/ivr-paths/{gone}").status == 404
    assert listed(caller, flowSid=flow) == {"items": [], "cursor": None}


def test_a_record_is_kept_for_a_day_by_default(platform: Platform, call: StudioCall) -> None:
    from tests.integration.ivr_path.calls import item

    call.link()
    expires_at = int(item(platform, call.sid, "record")["expiresAt"]["N"])
    assert abs(expires_at - platform.clock.now() - 86_400) < 60


@pytest.mark.parametrize("sid", ["CA" + "0" * 31 + "z", "CA1", "FW" + "0" * 32, "CA" + "9" * 32, "%00"])
def test_an_unknown_call_is_answered_with_404(caller: Caller, sid: str) -> None:
    assert caller.key_get(f"/ivr-paths/{sid}").status == 404


@pytest.mark.parametrize("path", ["/ivr-paths", "/ivr-paths/CA" + "0" * 32])
def test_reading_requires_an_api_key(caller: Caller, path: str) -> None:
    assert caller.get(path).status == 403
    assert caller.signed_get(path).status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("flowSid=FW1", "flowSid"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=%C2%B2", "limit"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=0001-01-01T00:00:00%2B14:00", "from"),
        ("cursor=x", "cursor"),
    ],
)
def test_an_invalid_query_parameter_is_named(caller: Caller, query: str, field: str) -> None:
    answer = caller.key_get(f"/ivr-paths?{query}")
    assert answer.status == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_of_another_list_is_refused(platform: Platform, caller: Caller) -> None:
    flow = new_sid("FW")
    put_calls(platform, flow, 3)
    cursor = listed(caller, flowSid=flow, limit="1")["cursor"]
    assert caller.key_get(f"/ivr-paths?flowSid={flow}&cursor={cursor}&from=2026-03-02").status == 400
    elsewhere = listed(caller, flowSid=new_sid("FW"), cursor=cursor)
    assert elsewhere == {"items": [], "cursor": None}


@settings(max_examples=40)
@given(
    st.one_of(
        st.text(max_size=60),
        st.binary(max_size=60).map(lambda data: base64.urlsafe_b64encode(data).decode()),
        st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=40)), max_size=4).map(
            lambda fields: base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
        ),
        st.text(max_size=30).map(
            lambda text: base64.urlsafe_b64encode(json.dumps(["CA" + "0" * 32, "", text]).encode()).decode()
        ),
    )
)
def test_an_invalid_cursor_is_refused(caller: Caller, cursor: str) -> None:
    answer = caller.key_get(f"/ivr-paths?cursor={quote(cursor, safe='')}")
    assert answer.status == (400 if cursor else 200), answer.text


@pytest.mark.parametrize("field", [0, 1, 2])
@pytest.mark.parametrize("other", [None, 5, 1.5, True, [], {}])
def test_a_cursor_with_fields_of_other_types_is_refused(field: int, other: Any) -> None:
    def after(fields: list[Any]) -> ListPosition | None:
        cursor = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
        return read(ListPaths, {"cursor": cursor}).to_query().after

    fields: list[Any] = ["CA" + "0" * 32, "", "2026-03-01T09:00:00.000Z"]
    assert after(fields) == ListPosition(fields[0], None, fields[2])
    fields[field] = other
    with pytest.raises(BadRequest, match="cursor: must be the cursor of the page before"):
        after(fields)


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/ivr-paths", "Query"),
        ("/ivr-paths?flowSid=FW" + "0" * 32, "Query"),
        ("/ivr-paths/CA" + "0" * 32, "GetItem"),
    ],
)
def test_while_the_table_fails_readers_get_503(caller: Caller, path: str, operation: str) -> None:
    # Plenty of them: what other tests left behind may ask the tables too.
    caller.local("POST", "/aws/faults", {"match": f"dynamodb.{operation}", "status": 500, "times": 1000})
    answer = caller.key_get(path)
    caller.local("DELETE", "/aws/faults")
    assert answer.status == 503, answer.text
    assert "Try again later" in answer.json()["message"]
    assert caller.key_get(path).status in {200, 404}


def test_calls_are_listed_by_the_start_time_of_studio(new_call: NewCall) -> None:
    call = new_call()
    call.in_studio(call.walk("greeting", start=1772445600000))
    call.link()
    call.status()
    record = call.recorded()
    assert record["startedAt"] == "2026-03-02T10:00:00.000Z"
    window = {"flowSid": call.flow_sid, "from": "2026-03-02T10:00:00Z", "to": "2026-03-02T10:00:00Z"}
    assert sids(listed(call.caller, **window)) == [call.sid]

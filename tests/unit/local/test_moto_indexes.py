"""Queries of an index answer as moto's own do, and hold more keys a page where the index holds keys only."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.moto_backends import load_backends

TYPES = {"id": "S", "part": "S", "flow": "S", "at": "S", "rank": "N"}


@pytest.fixture(scope="module")
def quick_and_own() -> tuple[Any, Any]:
    """Return the quick query and moto's own."""
    load_backends(["dynamodb"])
    from moto.dynamodb.models.table import Table

    return Table.query, Table.query.__wrapped__  # type: ignore[attr-defined]


def table_of(items: list[dict[str, str]]) -> Any:
    from moto.dynamodb.models.table import Table

    def index(name: str, sort: str, projection: str) -> dict[str, Any]:
        schema = [
            {"AttributeName": "flow", "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ]
        return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": projection}}

    table = Table(  # type: ignore[abstract]  # moto makes it, too
        "Calls",
        "000000000000",
        "us-east-1",
        schema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
        attr=[{"AttributeName": name, "AttributeType": kind} for name, kind in TYPES.items()],
        global_indexes=[index("keys", "at", "KEYS_ONLY"), index("all", "rank", "ALL")],
    )
    for item in items:
        table.put_item({name: {TYPES.get(name, "S"): value} for name, value in item.items()})
    return table


def pages(query: Any, table: Any, index: str, bounds: list[Any], limit: int, forward: bool) -> list[Any]:
    """Return all pages of a query: the items' keys of each."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    found, start = [], None
    while True:
        items, scanned, last = query(
            table,
            DynamoType({"S": "a"}),
            "BETWEEN" if bounds else None,
            bounds,
            limit,
            start,
            forward,
            None,
            index,
            hash_key_conditions=[("flow", DynamoType({"S": "a"}))],
            range_key_conditions=[("at" if index == "keys" else "rank", "BETWEEN", bounds)] if bounds else [],
        )
        found.append(([item.to_json()["Attributes"] for item in items], scanned))
        if last is None:
            return found
        start = {name: value.to_json() for name, value in last.items()}


ITEM = st.fixed_dictionaries(
    {"id": st.sampled_from("xyz"), "part": st.sampled_from("pq")},
    optional={
        "flow": st.sampled_from("ab"),
        "at": st.sampled_from(["1", "2", "3"]),
        "rank": st.sampled_from(["9", "10", "-1"]),
        "more": st.text(max_size=3),
    },
)


@given(st.lists(ITEM, max_size=8), st.integers(1, 4), st.booleans(), st.booleans(), st.booleans())
def test_pages_are_those_of_moto(
    quick_and_own: tuple[Any, Any],
    items: list[dict[str, str]],
    limit: int,
    forward: bool,
    is_bounded: bool,
    keys_only: bool,
) -> None:
    from moto.dynamodb.models.dynamo_type import DynamoType

    quick, own = quick_and_own
    table, index = table_of(items), "keys" if keys_only else "all"
    low, high = ({"S": "2"}, {"S": "3"}) if keys_only else ({"N": "0"}, {"N": "9.5"})
    bounds = [DynamoType(low), DynamoType(high)] if is_bounded else []
    assert pages(quick, table, index, bounds, limit, forward) == pages(
        own, table, index, bounds, limit, forward
    )


def test_a_page_of_keys_is_as_long_as_the_keys_allow(quick_and_own: tuple[Any, Any]) -> None:
    large = [
        {"id": f"{number:04}", "part": "p", "flow": "a", "at": "1", "more": "x" * 5000}
        for number in range(900)
    ]
    quick, own = quick_and_own
    table = table_of(large)
    assert len(pages(own, table, "keys", [], None, True)) == 5  # type: ignore[arg-type]
    ((page, scanned),) = pages(quick, table, "keys", [], None, True)  # type: ignore[arg-type]
    assert (len(page), scanned) == (900, 900)

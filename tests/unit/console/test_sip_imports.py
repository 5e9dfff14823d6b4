"""A file of routes is checked line by line, and only faultless lines are taken."""

import csv
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.data.sip_routes.imports import Import, read_import, report_of
from tests.data.route_tables import route, route_table
from tools.sip_map.map_file import write_map
from tools.sip_map.table import TableError

NOW = route_table(route("1"), route("2", destination="Old"), route("9"))
TABLE = """address,comment,type,destination,weight
1,,say,Hello,
2,,say,New,
3,,say,Third,
3,,say,Twice,
4,,dial-sip,nowhere,
5,,say,Five,heavy
6,,say,Six,1,2
4.93012E+11,,say,Seven,
,,say,Nobody,
,,say,Another,
7,,shout,Loud,-1
"""


def reading(text: str, name: str = "routes.csv", now: Any = NOW) -> Import:
    return read_import(name, text.encode(), now, now)


def test_every_line_has_its_state_and_every_bad_line_its_reasons() -> None:
    found = {row.line: (row.state, row.message) for row in reading(TABLE).rows}

    assert {line: state for line, (state, _) in found.items()} == {
        2: "unchanged",
        3: "changed",
        4: "new",
        5: "faulty",
        6: "faulty",
        7: "faulty",
        8: "faulty",
        9: "faulty",
        10: "unchanged",
        11: "faulty",
        12: "faulty",
    }
    assert found[5][1] == "address: is taken already, by line 4"
    assert found[6][1].startswith("destination: must be a SIP URI")
    assert found[7][1] == "weight: must be JSON"
    assert found[8][1] == "there are more cells than columns"
    assert "what a spreadsheet made" in found[9][1]
    assert "one row only" in found[11][1]
    assert {line.partition(":")[0] for line in found[12][1].splitlines()} == {"type", "weight"}


def test_faultless_lines_are_added_and_routes_that_the_file_does_not_name_stay() -> None:
    after = reading(TABLE).added_to(NOW)

    assert [(one["address"], one["destination"]) for one in after["routes"]] == [
        ("1", "Hello"),
        ("2", "New"),
        ("9", "Hello"),
        ("3", "Third"),
    ]
    assert after["default"] == NOW["default"]


def test_an_exported_map_comes_back_as_it_is() -> None:
    for name in ("routes.csv", "routes.json", "routes.tsv"):
        found = reading(write_map(name, NOW), name)
        assert found.is_faultless
        assert found.whole == NOW


def test_a_table_without_a_default_route_leaves_the_default_as_it_is() -> None:
    found = reading("address,type,destination\n1,say,Bye\n")

    assert found.is_faultless
    assert found.whole == route_table(route("1", destination="Bye"))


def test_a_route_that_was_faulty_before_is_not_reported_while_it_stays_as_it_is() -> None:
    now = route_table(route("1", kind="shout"))

    assert reading(json.dumps(now), "a.json", now).is_faultless
    assert not reading(json.dumps(now), "a.json", NOW).is_faultless


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", "x,y\n1,2\n"), ("b.json", "[]"), ("c.json", "{"), ("d.json", "[" * 100_000), ("e.csv", "")],
)
def test_a_file_that_holds_no_routes_is_refused(name: str, text: str) -> None:
    with pytest.raises(TableError):
        reading(text, name)


def test_the_report_holds_no_formula() -> None:
    found = reading('address,type,destination\n"=HYPERLINK(""http://evil.example"")",say,Hello\n', "a.csv")
    (_, line) = csv.reader(report_of(found).splitlines())
    assert line[1].startswith("'=HYPERLINK")


@given(st.text(), st.sampled_from(["a.csv", "a.json", "a.txt"]))
def test_any_text_is_reported_or_refused(text: str, name: str) -> None:
    header = "address,type,destination\n" if name != "a.json" else ""
    try:
        found = read_import(name, (header + text).encode("utf-8", "replace"), NOW, NOW)
    except TableError:
        return
    assert len(list(csv.reader(report_of(found).splitlines()))) >= 1

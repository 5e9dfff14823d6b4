"""Call paths without a page: the span, the time line of a record, the diagram, and the archive's lists."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from console.data.call_paths.archive import Archive
from console.data.call_paths.lookup import parse_wanted
from console.data.call_paths.selection import DAYS, Selection, days_between
from console.data.call_paths.timeline import masked_value, to_timeline
from console.pages.call_paths import sankey
from console.pages.call_paths.words import clock, span
from tools.ivr_report.moves import Place

DAY_MS = 86_400_000


def test_a_span_ends_now_or_with_its_last_day() -> None:
    assert Selection(span="hour").bounds(DAY_MS) == (DAY_MS - 3_600_000, DAY_MS)
    assert Selection(span=DAYS, first="1970-01-02", last="1970-01-03").bounds(0) == (DAY_MS, 3 * DAY_MS - 1)


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2026-03-01", "2026-03-31", set()),
        ("2026-03-01", "2026-04-01", {"last"}),
        ("2026-03-02", "2026-03-01", {"last"}),
        ("", "2026-03-01", {"first"}),
        ("<script>", "9999-99-99", {"first", "last"}),
        ("0001-01-01", "0001-01-02", {"first", "last"}),
    ],
)
def test_what_is_wrong_with_the_days_of_a_span_is_said_by_field(
    first: str, last: str, wrong: set[str]
) -> None:
    assert set(Selection(span=DAYS, first=first, last=last).problems) == wrong


def test_the_days_of_a_span_have_both_ends() -> None:
    assert days_between(DAY_MS - 1, 2 * DAY_MS) == ["1970-01-01", "1970-01-02", "1970-01-03"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" +1 (202) 555-0142 ", "+12025550142"),
        (f"CA{'0' * 32}", f"CA{'0' * 32}"),
        ("sip:desk@example.com", "sip:desk@example.com"),
        ("client:alice", "client:alice"),
    ],
)
def test_a_sid_a_number_or_an_address_is_looked_for(text: str, wanted: str) -> None:
    assert parse_wanted(text) == wanted


def step(widget: str, second: int, **more: Any) -> dict[str, Any]:
    return {
        "widget": widget,
        "event": "next",
        "next": "x",
        "at": f"2026-03-01T09:00:{second:02}.000Z",
        "durationMs": 2000,
        "executionSid": "FN1",
    } | more


def record(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "startedAt": "2026-03-01T09:00:00.000Z",
        "steps": steps,
        "callDuration": 30,
        "endedReason": None,
    } | more


def test_a_time_line_has_the_steps_of_sub_flows_below_their_widget() -> None:
    line = to_timeline(record(step("menu", 2), step("book", 6, steps=[step("day", 6, event="failed")])))
    assert [(one.widget, one.depth, one.began, one.seconds) for one in line.steps] == [
        ("menu", 0, 0.0, 2.0),
        ("book", 0, 4.0, 2.0),
        ("day", 1, 4.0, 2.0),
    ]
    assert [one.failed for one in line.steps] == [False, False, True]
    assert line.seconds == 30


def test_values_stand_at_the_last_visit_of_their_widget_and_execution() -> None:
    widgets = {"menu": {"Digits": "1"}, "menu@FN2": {"Digits": "2"}, "set": {"v": {"a": 1}}, "empty": {}}
    steps = step("menu", 2), step("menu", 4), step("menu", 6, executionSid="FN2")
    line = to_timeline(record(*steps, widgets=widgets))
    assert [dict(one.values) for one in line.steps] == [{}, {"Digits": "1"}, {"Digits": "2"}]
    assert line.other == [("set", '{"v": {"a": 1}}')]


def test_a_long_value_is_cut_and_a_record_without_steps_has_no_time_line() -> None:
    line = to_timeline(record(step("http", 2), widgets={"http": {"body": "A" * 1600}}))
    assert line.steps[0].values[0][1].endswith("(1,600 characters)")
    assert to_timeline(record(steps=None, widgets=None)).steps == []


def test_only_choices_of_a_menu_are_shown_where_texts_are_masked() -> None:
    assert [masked_value(value) for value in ("2", "4711", "yes please")] == ["2", "masked", "masked"]


def test_times_are_written_as_people_write_them() -> None:
    assert [clock(one) for one in (0, 65.9, 3723)] == ["0:00", "1:05", "1:02:03"]
    assert [span(one) for one in (0.44, 12.4, 125)] == ["0.4 s", "12 s", "2:05"]


def test_places_of_the_same_name_are_told_apart_in_the_diagram() -> None:
    places = [
        Place("a / menu"),
        Place("b / menu"),
        Place("hung up"),
        Place("hung up", 0),
        Place("x" * 90 + "1"),
    ]
    names = sankey._labels([*places, Place("x" * 90 + "2")])
    assert len(set(names.values())) == 6
    assert "a / " not in names[places[0]]


def test_the_diagram_is_as_wide_as_its_longest_way() -> None:
    a, b, c, end = Place("a"), Place("b"), Place("c"), Place("flow ended", 0)
    moves = Counter({(a, b): 3, (b, c): 2, (c, end): 2, (a, end): 1, (b, end): 1})
    assert sankey._columns(moves.most_common()) == 4


class Bucket:
    """S3 with some keys, which lists two of them a page."""

    def __init__(self, *keys: str) -> None:
        self.keys = sorted(keys)

    def get_paginator(self, _: str) -> "Bucket":
        return self

    def paginate(self, Prefix: str, Bucket: str, Delimiter: str = "") -> Iterator[dict[str, Any]]:  # noqa: N803
        del Bucket
        found = [key for key in self.keys if key.startswith(Prefix)]
        if Delimiter:
            below = {Prefix + key.removeprefix(Prefix).partition("/")[0] + "/" for key in found}
            yield {"CommonPrefixes": [{"Prefix": one} for one in sorted(below)]}
            return
        for start in range(0, len(found), 2):
            yield {"Contents": [{"Key": key} for key in found[start : start + 2]]}


def archive_of(*keys: str) -> Archive:
    bucket = Bucket(*keys)
    stack = SimpleNamespace(client=lambda _: bucket, physical=lambda _: "ivr")
    return Archive(SimpleNamespace(stack=stack), ThreadPoolExecutor(2))  # type: ignore[arg-type]


def key(day: int, number: int) -> str:
    return f"ivr-paths/year=2026/month=03/day={day:02}/CA{number:032x}.json"


def test_a_large_day_of_the_archive_is_listed_whole_and_once() -> None:
    large = [
        f"{key(1, 0)[:-37]}{digit}{number:031x}.json" for number in range(90) for digit in "0123456789abcdef"
    ]
    archive = archive_of(*large, key(2, 1))
    days = ["2026-03-02", "2026-03-01", "2026-02-01"]
    assert sorted(archive.list_days(days, 10_000)) == sorted([*large, key(2, 1)])
    assert archive.list_days(days, 5)[0] == key(2, 1)
    assert len(archive.list_days(days, 5)) == 5


def test_the_days_of_the_archive_are_found_newest_first() -> None:
    other = "ivr-paths/year=2025/month=12/day=31/CA.json"
    assert archive_of(key(1, 1), key(12, 2), other).days() == ["2026-03-12", "2026-03-01", "2025-12-31"]
    assert archive_of().days() == []

"""What the report counts: moves, drop-off, time per widget."""

from typing import Any

from tools.ivr_report.paths import FLOW_ENDED, FURTHER, HUNG_UP, summarise, visits


def step(widget: str, event: str = "next", seconds: float = 1, steps: Any = None) -> dict[str, Any]:
    plain = {"widget": widget, "event": event, "durationMs": round(seconds * 1000)}
    return plain | ({"steps": steps} if steps else {})


def record(*steps: dict[str, Any], reason: str = "flowEnded", at: str = "2026-03-01") -> dict[str, Any]:
    return {"startedAt": f"{at}T09:00:00.000Z", "steps": [step("Trigger"), *steps], "endedReason": reason}


def test_moves_go_from_widget_to_widget_and_to_the_end() -> None:
    paths = summarise([record(step("a"), step("b")), record(step("a"), reason="hungUp")])
    assert dict(paths.moves) == {("a", "b"): 1, ("b", FLOW_ENDED): 1, ("a", HUNG_UP): 1}
    assert dict(paths.endings) == {FLOW_ENDED: 1, HUNG_UP: 1}


def test_a_repeated_visit_is_a_new_node_and_the_third_and_later_are_combined() -> None:
    paths = summarise([record(*[step("menu"), step("hours")] * 4)])
    assert list(paths.moves) == [
        ("menu", "hours"),
        ("hours", "menu (2)"),
        ("menu (2)", "hours (2)"),
        ("hours (2)", FURTHER),
        (FURTHER, FLOW_ENDED),
    ]


def test_the_graph_of_moves_has_no_cycle() -> None:
    many = [record(*[step(name) for name in names]) for names in ("abcabc", "acba", "aabbcc", "cab")]
    for moves in (summarise([one]).moves for one in many):
        places = [source for source, _ in moves]
        assert len(places) == len(set(places))


def test_drop_off_is_the_share_of_visits_that_ended_in_a_hang_up() -> None:
    paths = summarise([record(step("menu"), step("menu"), reason="hungUp"), record(step("menu"))])
    menu = paths.widgets["menu"]
    assert (menu.calls, menu.visits, menu.hung_up, menu.drop_off) == (2, 3, 1, 1 / 3)


def test_time_is_the_median_in_seconds() -> None:
    menu = summarise([record(step("menu", seconds=s)) for s in (1, 2, 30)]).widgets["menu"]
    assert menu.median == 2
    assert menu.ninetieth >= 30
    assert summarise([record(step("menu", seconds=4))]).widgets["menu"].ninetieth == 4


def test_a_subflow_stands_for_the_widget_that_ran_it() -> None:
    inner = [step("Trigger"), step("day"), step("time", "hangup")]
    path = list(visits([step("Trigger"), step("book", steps=inner), step("bye")]))
    assert [visit.name for visit in path] == ["book / day", "book / time", "bye"]


def test_the_report_covers_the_period_of_its_calls() -> None:
    paths = summarise([record(at="2026-03-02"), record(at="2026-03-01")])
    assert (paths.calls, paths.earliest[:10], paths.latest[:10]) == (2, "2026-03-01", "2026-03-02")


def test_a_record_whose_steps_are_elsewhere_counts_as_a_call() -> None:
    assert summarise([record() | {"steps": None}]).calls == 1

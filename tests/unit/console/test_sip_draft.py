"""The draft of SIP routes: edits, undo, and what another administrator saves meanwhile."""

from typing import Any

import pytest

from console.data.sip_routes.bulk import BulkEdit
from console.data.sip_routes.changes import changes_between
from console.data.sip_routes.draft import Base, RouteDraft
from console.data.sip_routes.faults import faults_of
from tests.data.route_tables import route, route_table

TABLE = route_table(route("1"), route("^5"), route("2"), route("^6"))
FAULTY: list[Any] = [
    None,
    3,
    "text",
    [],
    {},
    {"address": 5},
    {"address": "x"},
    {"address": "x", "schedule": 1},
]


def addresses(draft: RouteDraft) -> list[str]:
    return [one["address"] for one in draft.data["routes"]]


def number_of(draft: RouteDraft, address: str) -> int:
    return next(number for number, one in draft.routes.items() if one["address"] == address)


@pytest.fixture
def draft() -> RouteDraft:
    return RouteDraft(Base(TABLE, "ZN1", 1, is_live=True))


def test_each_edit_can_be_undone_until_nothing_is_changed(draft: RouteDraft) -> None:
    draft.delete({number_of(draft, "1")})
    draft.put(None, None, route("7"))
    draft.change(set(draft.routes), BulkEdit(comment="all"))
    draft.replace(route_table())
    assert addresses(draft) == []
    for expected in (["^5", "2", "^6", "7"], ["^5", "2", "^6", "7"], ["^5", "2", "^6"]):
        draft.undo()
        assert addresses(draft) == expected
    assert draft.is_changed
    draft.undo()
    draft.undo()
    assert not draft.is_changed


def test_a_pattern_is_moved_among_patterns_only(draft: RouteDraft) -> None:
    draft.move(number_of(draft, "^6"), -1)
    assert addresses(draft) == ["1", "^6", "^5", "2"]
    draft.move(number_of(draft, "^6"), -1)
    assert addresses(draft) == ["1", "^6", "^5", "2"]
    draft.move(number_of(draft, "^6"), 1)
    assert addresses(draft) == ["1", "^5", "^6", "2"]
    draft.move(number_of(draft, "1"), 1)
    assert addresses(draft) == ["1", "^5", "^6", "2"]


def test_routes_say_whether_they_are_new_or_edited(draft: RouteDraft) -> None:
    draft.put(None, None, route("7"))
    draft.put(number_of(draft, "2"), route("2"), route("2", destination="Bye"))
    states = {one["address"]: draft.state_of(number) for number, one in draft.routes.items()}
    assert states == {"1": "", "^5": "", "2": "edited", "^6": "", "7": "new"}


@pytest.mark.parametrize("take_theirs", [True, False])
def test_a_form_that_was_open_while_another_saved_is_a_clash(draft: RouteDraft, take_theirs: bool) -> None:
    number, before = number_of(draft, "2"), route("2")
    theirs = route_table(route("1"), route("2", destination="Theirs"))
    draft.rebase(Base(theirs, "ZN2", 2, is_live=False))
    draft.put(number, before, route("2", destination="Mine"))
    (clash,) = draft.clashes
    draft.settle(clash, take_theirs=take_theirs)
    assert draft.clashes == []
    assert draft.data["routes"][1]["destination"] == ("Theirs" if take_theirs else "Mine")


def test_a_route_that_another_deleted_while_its_form_was_open_is_asked_about(draft: RouteDraft) -> None:
    number = number_of(draft, "2")
    draft.rebase(Base(route_table(route("1")), "ZN2", 2, is_live=False))
    draft.put(number, route("2"), route("2", destination="Mine"))
    (clash,) = draft.clashes
    assert clash.theirs is None
    draft.settle(clash, take_theirs=True)
    assert addresses(draft) == ["1"]
    assert not draft.is_changed


def test_a_default_route_that_both_edit_is_a_clash(draft: RouteDraft) -> None:
    before = TABLE["default"]
    draft.rebase(Base(route_table(default="Theirs"), "ZN2", 2, is_live=False))
    draft.put_default(before, {"type": "say", "destination": "Mine"})
    (clash,) = draft.clashes
    draft.settle(clash, take_theirs=True)
    assert draft.default == {"type": "say", "destination": "Theirs"}


def test_what_is_saved_becomes_the_base_and_later_edits_stay(draft: RouteDraft) -> None:
    draft.put(None, None, route("7"))
    saved = draft.data
    draft.put(None, None, route("8"))
    draft.rebase(Base(saved, "ZN2", 2, is_live=False))
    assert draft.clashes == []
    assert addresses(draft)[-2:] == ["7", "8"]
    assert draft.is_changed


@pytest.mark.parametrize("raw", FAULTY)
def test_a_faulty_route_can_be_shown_searched_compared_and_deleted(raw: Any) -> None:
    table = {"routes": [raw, route("1")], "default": raw}
    draft = RouteDraft(Base(table, "ZN1", 1, is_live=True))
    number = next(iter(draft.routes))
    assert draft.search("hello")
    assert draft.state_of(number) == ""
    draft.change({number}, BulkEdit(find="x", replacement="y", holidays={"12-24": []}))
    draft.delete({number})
    assert changes_between(table, draft.data).total == 1
    assert changes_between(draft.data, table).total == 1
    assert faults_of(draft.data, table) == []


def test_days_are_added_and_a_switch_is_replaced_in_all_destinations_of_a_route() -> None:
    schedule = {
        "timeZone": "UTC",
        "weekly": {},
        "holidays": ["12-25", {"date": "12-24", "hours": ["09:00-10:00"]}],
    }
    before = route(
        "1",
        "dial-sip",
        "sip:a@old.example.com",
        alternatives=[{"type": "dial-sip", "destination": "sip:b@old.example.com"}],
        fallback={"type": "dial-sip", "destination": "sip:c@old.example.com"},
        schedule=schedule,
    )
    after = BulkEdit(find="@old.", replacement="@new.", holidays={"12-31": []})(before)
    assert "old" not in str(after)
    assert after["schedule"]["holidays"] == {"12-25": [], "12-24": ["09:00-10:00"], "12-31": []}
    assert "old" in str(before)

"""One record follows from the facts, in whatever order, form and number they come."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr_path.domain.call import Call
from ivr_path.domain.call_path import Facts, record
from ivr_path.domain.execution import Execution
from ivr_path.domain.step import Step, joined
from ivr_path.domain.step_tree import walk
from ivr_path.moment import iso
from tests.data.walks import CALL_SID, START, Walk, walks

COMPLETED = Call("completed", 31, "+12025550142", "+12025550100", "inbound")


def facts(**fields: Any) -> Facts:
    return Facts(CALL_SID, START, **fields)


def from_event(event: dict[str, Any]) -> Facts:
    if event["type"].endswith("step.ended"):
        return facts(steps=joined([Step.from_studio(event["data"])]))
    execution = Execution.from_event(event["data"])
    return facts(executions={execution.sid: execution})


def from_rest(way: Walk) -> Facts:
    # REST tells whole seconds.
    execution = Execution(
        way.execution_sid, way.flow_sid, started_at=way.start // 1000 * 1000, ended_at=way.end // 1000 * 1000
    )
    return facts(
        executions={execution.sid: execution},
        steps=joined([Step.from_studio(item) for item in way.rest_steps()]),
    )


def together(accounts: list[Facts]) -> Facts:
    whole = facts(call=COMPLETED, is_recorded=True)
    for account in accounts:
        whole = whole.join(account)
    return whole


def as_tree(way: Walk, parent: str | None = None) -> list[tuple[Any, ...]]:
    return [
        (step.widget, step.event, step.next, iso(step.at), as_tree(way, step.sid))
        for step in way.level(parent)
    ]


def tree(nodes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (node["widget"], node["event"], node["next"], node["at"], tree(node.get("steps", [])))
        for node in nodes
    ]


@given(walks(), st.data())
def test_shuffled_and_repeated_events_make_the_record_of_what_happened(
    way: Walk, data: st.DataObject
) -> None:
    accounts = [from_event(event) for event in way.events()]
    repeated = accounts + data.draw(st.lists(st.sampled_from(accounts), max_size=10))
    shuffled = data.draw(st.permutations(repeated))
    assert record(together(shuffled)) == record(together(accounts))
    assert tree(record(together(shuffled))["steps"]) == as_tree(way)


@given(walks(), st.data())
def test_rest_and_events_meet_in_one_record(way: Walk, data: st.DataObject) -> None:
    events = [from_event(event) for event in way.events()]
    some = data.draw(st.lists(st.sampled_from(events)))
    mixed = data.draw(st.permutations([*some, from_rest(way), from_rest(way)]))
    complete = data.draw(st.permutations([*events, from_rest(way)]))
    assert record(together(complete)) == record(together(events))
    assert record(together(mixed)) == record(together([from_rest(way), *some]))


@given(walks())
def test_rest_alone_gives_the_same_widgets_in_a_possible_order(way: Walk) -> None:
    def check(nodes: list[dict[str, Any]], parent: str | None) -> None:
        real = way.level(parent)
        assert sorted((n["widget"], n["event"], n["next"]) for n in nodes) == sorted(
            (s.widget, s.event, s.next) for s in real
        )
        assert nodes[0]["widget"] == "Trigger"
        assert all(one["next"] == two["widget"] for one, two in pairwise(nodes))

    shown = record(together([from_rest(way)]))
    check(shown["steps"], None)
    assert shown["endedReason"] == ("hungUp" if way.steps[-1].event == "hangup" else "flowEnded")


@given(walks())
def test_durations_add_up_to_the_time_in_the_flow(way: Walk) -> None:
    shown = record(together([from_event(event) for event in way.events()]))
    assert sum(node["durationMs"] for node in shown["steps"]) == way.end - way.start
    for node in walk(shown["steps"]):
        assert sum(inner["durationMs"] for inner in node.get("steps", [])) <= node["durationMs"]


@given(walks(1), walks(2, start=START + 700), st.data())
def test_two_executions_keep_their_own_order(one: Walk, two: Walk, data: st.DataObject) -> None:
    accounts = [from_event(event) for event in [*one.events(), *two.events()]]
    shown = record(together(data.draw(st.permutations(accounts))))
    assert shown == record(together(accounts))
    assert [item["executionSid"] for item in shown["executions"]] == [one.execution_sid, two.execution_sid]
    for way in (one, two):
        own = [node for node in shown["steps"] if node["executionSid"] == way.execution_sid]
        assert tree(own) == as_tree(way)


@given(walks(), st.data())
def test_any_subset_of_steps_is_shown_whole_and_never_fails(way: Walk, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(way.rest_steps()), unique_by=lambda item: item["sid"]))
    steps = joined([Step.from_studio(item) for item in some])
    execution = Execution(way.execution_sid, way.flow_sid)
    shown = record(facts(steps=steps, executions={execution.sid: execution}, call=COMPLETED))
    told = [node for node in walk(shown["steps"]) if node["event"] is not None]
    assert len(told) == len(steps)


@given(
    st.permutations(
        [Call("ringing"), Call("in-progress"), COMPLETED, Call(None, None, "+12025550142"), COMPLETED]
    )
)
def test_a_call_does_not_go_back(callbacks: list[Call]) -> None:
    call = Call()
    for callback in callbacks:
        call = call.join(callback)
    assert call == COMPLETED

"""The record depends on the set of reports, not on their order, source or number."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr_path.domain.call import Call
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.path_document import to_document
from ivr_path.domain.step import Step, merge_steps
from ivr_path.domain.step_tree import MAX_DEPTH
from ivr_path.requests.studio_event import EndedStep, ExecutionReport
from switchboard.inputs.model import parse
from switchboard.timestamps import format_iso
from tests.data.walks import CALL_SID, START, Taken, Walk, sid, walks

COMPLETED = Call("completed", 31, "+12025550142", "+12025550100", "inbound")


def path(**fields: Any) -> CallPath:
    return CallPath(CALL_SID, START, **fields)


def from_event(event: dict[str, Any]) -> CallPath:
    if event["type"].endswith("step.ended"):
        return path(steps=merge_steps([parse(EndedStep, event["data"]).to_step()]))
    execution = parse(ExecutionReport, event["data"]).to_execution()
    return path(executions={execution.sid: execution})


def from_rest(way: Walk) -> CallPath:
    # REST tells whole seconds.
    execution = Execution(
        way.execution_sid, way.flow_sid, started_at=way.start // 1000 * 1000, ended_at=way.end // 1000 * 1000
    )
    return path(
        executions={execution.sid: execution},
        steps=merge_steps(way.rest_steps()),
    )


def merged(reports: list[CallPath]) -> CallPath:
    complete = path(call=COMPLETED, is_recorded=True)
    for report in reports:
        complete = complete.merge(report)
    return complete


def as_tree(way: Walk, parent: str | None = None) -> list[tuple[Any, ...]]:
    return [
        (step.widget, step.event, step.next, format_iso(step.at), as_tree(way, step.sid))
        for step in way.level(parent)
    ]


def tree(nodes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (node["widget"], node["event"], node["next"], node["at"], tree(node.get("steps", [])))
        for node in nodes
    ]


def all_nodes(nodes: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in nodes:
        yield node
        yield from all_nodes(node.get("steps", ()))


@given(walks(), st.data())
def test_shuffled_and_repeated_events_make_the_record_of_the_real_walk(
    way: Walk, data: st.DataObject
) -> None:
    reports = [from_event(event) for event in way.events()]
    repeated = reports + data.draw(st.lists(st.sampled_from(reports), max_size=10))
    shuffled = data.draw(st.permutations(repeated))
    assert to_document(merged(shuffled)) == to_document(merged(reports))
    assert tree(to_document(merged(shuffled))["steps"]) == as_tree(way)


@given(walks(), st.data())
def test_reports_of_rest_and_events_make_one_record(way: Walk, data: st.DataObject) -> None:
    events = [from_event(event) for event in way.events()]
    some = data.draw(st.lists(st.sampled_from(events)))
    mixed = data.draw(st.permutations([*some, from_rest(way), from_rest(way)]))
    complete = data.draw(st.permutations([*events, from_rest(way)]))
    assert to_document(merged(complete)) == to_document(merged(events))
    assert to_document(merged(mixed)) == to_document(merged([from_rest(way), *some]))


@given(walks())
def test_rest_alone_gives_all_steps_in_a_possible_order(way: Walk) -> None:
    def check(nodes: list[dict[str, Any]], parent: str | None) -> None:
        real = way.level(parent)
        assert sorted((n["widget"], n["event"], n["next"]) for n in nodes) == sorted(
            (s.widget, s.event, s.next) for s in real
        )
        assert nodes[0]["widget"] == "Trigger"
        assert all(one["next"] == two["widget"] for one, two in pairwise(nodes))

    shown = to_document(merged([from_rest(way)]))
    check(shown["steps"], None)
    assert shown["endedReason"] == ("hungUp" if way.steps[-1].event == "hangup" else "flowEnded")


@given(walks())
def test_durations_add_up_to_the_time_in_the_flow(way: Walk) -> None:
    shown = to_document(merged([from_event(event) for event in way.events()]))
    assert sum(node["durationMs"] for node in shown["steps"]) == way.end - way.start
    for node in all_nodes(shown["steps"]):
        assert sum(inner["durationMs"] for inner in node.get("steps", [])) <= node["durationMs"]


@given(walks(1), walks(2, start=START + 700), st.data())
def test_two_executions_keep_their_own_order(one: Walk, two: Walk, data: st.DataObject) -> None:
    reports = [from_event(event) for event in [*one.events(), *two.events()]]
    shown = to_document(merged(data.draw(st.permutations(reports))))
    assert shown == to_document(merged(reports))
    assert [item["executionSid"] for item in shown["executions"]] == [one.execution_sid, two.execution_sid]
    for way in (one, two):
        own = [node for node in shown["steps"] if node["executionSid"] == way.execution_sid]
        assert tree(own) == as_tree(way)


@given(walks(), st.data())
def test_every_step_of_any_subset_is_shown(way: Walk, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(way.rest_steps()), unique_by=lambda step: step.sid))
    steps = merge_steps(some)
    execution = Execution(way.execution_sid, way.flow_sid)
    shown = to_document(path(steps=steps, executions={execution.sid: execution}, call=COMPLETED))
    told = [node for node in all_nodes(shown["steps"]) if node["event"] is not None]
    assert len(told) == len(steps)


@given(
    st.permutations(
        [Call("ringing"), Call("in-progress"), COMPLETED, Call(None, None, "+12025550142"), COMPLETED]
    )
)
def test_a_status_does_not_replace_a_later_one(callbacks: list[Call]) -> None:
    call = Call()
    for callback in callbacks:
        call = call.merge(callback)
    assert call == COMPLETED


def deep_walk(depth: int, ending: str) -> Walk:
    """Return a walk into subflows within subflows, a second each, that ends in the innermost of them."""
    steps: list[Taken] = []
    for level in range(depth + 1):
        at, parent = START + level * 1000, sid("FT", level) if level else None
        arrived = "incomingParent" if level else "incomingCall"
        steps.append(Taken(sid("FT", 5000 + level), "Trigger", arrived, f"sub{level}", at, parent))
        end = START + (2 * depth + 1 - level) * 1000
        steps.append(Taken(sid("FT", level + 1), f"sub{level}", ending, "Ended", end, parent))
    return Walk(sid("FN", 1), sid("FW", 1), CALL_SID, START, sorted(steps, key=lambda step: step.at))


def test_a_thousand_nested_subflows_are_all_shown_and_nested_up_to_the_limit() -> None:
    way = deep_walk(1000, "hangup")
    shown = to_document(merged([from_event(event) for event in way.events()]))
    assert json.loads(json.dumps(shown)) == shown
    assert len(list(all_nodes(shown["steps"]))) == len(way.steps)

    def depth(nodes: list[dict[str, Any]]) -> int:
        return max((1 + depth(node["steps"]) for node in nodes if "steps" in node), default=0)

    assert depth(shown["steps"]) == MAX_DEPTH
    assert shown["endedReason"] == "hungUp"


def test_subflows_up_to_the_limit_are_shown_nested() -> None:
    way = deep_walk(MAX_DEPTH, "hangup")
    shown = to_document(merged([from_event(event) for event in way.events()]))
    assert tree(shown["steps"]) == as_tree(way)
    assert shown["endedAt"] == f"sub{MAX_DEPTH}"


@given(st.data())
def test_steps_that_are_each_others_parents_are_shown_once(data: st.DataObject) -> None:
    sids = [sid("FT", number) for number in range(6)]
    parents = st.sampled_from([None, *sids, sid("FT", 99)])
    steps = [
        Step(own, sid("FN", 1), "menu", "next", "menu", START + number, data.draw(parents))
        for number, own in enumerate(sids)
    ]
    execution = Execution(sid("FN", 1), sid("FW", 1))
    shown = to_document(path(steps=merge_steps(steps), executions={execution.sid: execution}))
    events = [node["event"] for node in all_nodes(shown["steps"])]
    assert events.count("next") == len(steps)

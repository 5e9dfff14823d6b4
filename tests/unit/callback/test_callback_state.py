"""The state machine of a callback: each request ends with one task, which knows what the request said."""

from dataclasses import replace
from typing import get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from callback.domain.callback_record import (
    LEASE_MS,
    DesiredTask,
    Found,
    Record,
    TaskState,
    new_record,
)
from callback.domain.callback_state import Failure, Step, addition_of, fate_of, next_step
from callback.domain.task_attributes import merge_attributes
from callback.requests.create_callback import CallbackRequest

NOW = 1_700_000_000_000
KEY = "number#WW1#+14155550100"


@st.composite
def desired_tasks(draw: st.DrawFn) -> DesiredTask:
    """What a webhook, a plugin or a requeue wants for one number."""
    requeued_from = draw(st.sampled_from([None, None, "WT1", "WT2"]))
    request = CallbackRequest(
        number_to_call="+14155550100",
        number_to_call_from="+14155550199",
        message=draw(st.sampled_from([None, "hello"])),
        recording_sid=draw(st.sampled_from([None, "RE" + "1" * 32, "RE" + "2" * 32])),
        transcription_text=draw(st.sampled_from([None, "Call me."])),
        attempts=draw(st.integers(0, 2)),
    )
    return DesiredTask(
        number=request.number_to_call,
        workflow_sid="WW1",
        attributes=request.to_attributes("UTC", "2026-01-01T00:00:00.000Z"),
        timeout=3600,
        priority=draw(st.integers(0, 1)),
        virtual_start=draw(st.sampled_from([None, "2023-11-01T00:00:00Z"])),
        task_channel="voice",
        # A webhook comes again with the same token and parameters.
        token=None if requeued_from else draw(st.sampled_from([None, f"{request}"])),
        requeued_from=requeued_from,
        is_accepted=draw(st.booleans()),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record as one of its transitions leaves it, now or some time ago."""
    then = NOW - draw(st.sampled_from([0, LEASE_MS, 3_600_000, 100 * 86_400_000]))
    leased = Record(KEY, draw(desired_tasks()), "pending", 1, then).leased("another", then)
    opened = leased.opened("WT1", then)
    states = [leased, leased.released(then), opened, opened.closed(), opened.leased("another", then)]
    return draw(st.sampled_from(states))


@st.composite
def requests(draw: st.DrawFn) -> tuple[DesiredTask, Found]:
    """A request and what is stored for it."""
    desired, record = draw(desired_tasks()), draw(st.none() | records())
    recording_tasks = [None, "WT1", "WT9"] if desired.recording_sid else [None]
    return desired, Found(KEY, record, draw(st.sampled_from(recording_tasks)))


def last_step(desired: DesiredTask, found: Found, task_state: TaskState) -> tuple[Step, Found]:
    """Take steps until there is a task, as ensure_task does."""
    for _ in range(5):
        step = next_step(found, desired, NOW)
        match step:
            case "confirm":
                known = found.known
                record = known.closed() if task_state == "ended" else known
                found = replace(found, record=record, task_state=task_state)
            case "separate":
                assert desired.recording_sid
                found = Found(f"{KEY}#{desired.recording_sid}", None)
            case "wait":
                found = replace(found, record=found.known.opened("WT3", NOW))
            case _:
                return step, found
    raise AssertionError("no task after five steps")


task_states = st.sampled_from(get_args(TaskState))


@settings(max_examples=300)
@given(requests(), task_states)
def test_what_a_request_says_is_with_the_task_that_answers_it(
    request: tuple[DesiredTask, Found], task_state: TaskState
) -> None:
    desired, found = request
    step, found = last_step(desired, found, task_state)
    if step in {"create", "amend", "refuse"}:
        return
    known = found.known.desired
    if step == "merge":
        known = found.known.merged(desired, "mine", NOW).desired
    else:
        assert found.task_sid.startswith("WT")
    assert desired.recording_sid in {None, known.recording_sid}
    assert known.priority >= desired.priority or step == "answer"
    if desired.requeued_from is None and desired.token is None:
        assert merge_attributes(known.attributes, desired.attributes) == known.attributes


@given(requests(), task_states)
def test_a_requeued_task_never_answers_its_own_requeue(
    request: tuple[DesiredTask, Found], task_state: TaskState
) -> None:
    desired = replace(request[0], requeued_from="WT1", token=None)
    step, found = last_step(desired, request[1], task_state)
    assert step in {"create", "merge", "refuse"} or found.task_sid != "WT1"


@given(records(), task_states)
def test_a_retried_webhook_makes_no_second_task_while_its_record_lasts(
    record: Record, task_state: TaskState
) -> None:
    assume(record.expires_at * 1000 > NOW)
    desired = replace(record.desired, token="retried", requeued_from=None)
    record = replace(record, desired=desired)
    step, _ = last_step(desired, Found(KEY, record), task_state)
    assert step in {"answer", "merge"}


@given(desired_tasks(), st.sampled_from(get_args(Failure)))
def test_a_promised_task_is_never_given_up(desired: DesiredTask, failure: Failure) -> None:
    assert fate_of(replace(desired, is_accepted=True), failure) != "undo"


@given(desired_tasks(), desired_tasks())
def test_the_next_attempt_gets_what_was_merged_and_not_yet_told(
    first: DesiredTask, later: DesiredTask
) -> None:
    first, later = replace(first, requeued_from=None), replace(later, requeued_from=None)
    record = Record(first.key, first, "pending", 1, NOW, task_sid="WT1").merged(later, "mine", NOW)
    attempt = replace(first, requeued_from="WT1")
    new = new_record(record, first.key, attempt, "mine", NOW).desired
    assert (new.attempts, new.recording_sid) == (first.attempts, record.desired.recording_sid)
    assert merge_attributes(new.attributes, later.attributes) == new.attributes


@given(desired_tasks(), desired_tasks())
def test_silence_of_taskrouter_is_no_answer(first: DesiredTask, desired: DesiredTask) -> None:
    record = Record(KEY, first, "open", 1, NOW, task_sid="WT1")
    if addition_of(desired, record) in {"nothing", "news", "again"}:
        step = next_step(Found(KEY, record, task_state="unknown"), desired, NOW)
        assert step == ("create" if desired.must_be_kept else "refuse")


@given(desired_tasks(), desired_tasks())
def test_a_request_after_an_agent_has_taken_the_task_gets_a_task_of_its_own(
    first: DesiredTask, desired: DesiredTask
) -> None:
    record = Record(KEY, first, "open", 1, NOW, task_sid="WT1")
    if addition_of(desired, record) in {"nothing", "news", "recording", "attempt"}:
        assert next_step(Found(KEY, record, task_state="taken"), desired, NOW) == "create"


def test_a_caller_who_hears_of_a_refusal_can_ask_again() -> None:
    assert fate_of(DesiredTask("+14155550100", "WW1", {}, 60, 0, "voice"), "refused") == "undo"

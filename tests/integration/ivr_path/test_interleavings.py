"""The processors, on a real table: events, attempts and repeats in any order make one record."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ivr_path import call_events, path_assembly, studio_api, studio_updates
from ivr_path.domain.call import Call
from ivr_path.domain.call_path import CallPath
from ivr_path.domain.execution import Execution
from ivr_path.domain.path_document import to_document
from ivr_path.domain.step import merge_steps
from ivr_path.handlers import record_path, studio_events
from ivr_path.requests.call_event import CallEvent
from ivr_path.requests.studio_event import EndedStep, ExecutionReport
from ivr_path.storage import bucket, paths
from local.platform import Platform
from local.template.parameters import LAMBDA_KEY, SECRET_KEY
from switchboard import aws
from switchboard.inputs.model import parse
from switchboard.settings import clear_settings
from tests.data.walks import START, Walk, walks
from tests.integration.ivr_path.calls import bus_event, new_sid

Message = tuple[str, dict[str, Any]]
CONTEXT = SimpleNamespace(function_name="test", aws_request_id="test")
ENDED = Call("completed", 31, "+12025550142", "+12025550100", "inbound")


@pytest.fixture
def _in_this_process(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the feature's code run here, on the platform's table."""
    variables = {
        **platform.application.functions["IvrPathRecordPath"].environment,
        "AWS_ENDPOINT_URL": platform.aws_endpoint,
        "AWS_ACCESS_KEY_ID": LAMBDA_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": platform.region,
        "ARCHIVE_IVR_PATHS": "false",
        "IVR_RETRY_SECONDS": ",".join(["1"] * 99),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    clear_settings()
    aws.clear_clients()
    yield
    monkeypatch.undo()
    clear_settings()
    aws.clear_clients()


class World:
    """One call's executions, a queue of messages, and a Studio whose knowledge the test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ways: list[Walk]) -> None:
        self.ways = {way.execution_sid: way for way in ways}
        self.call_sid = ways[0].call_sid
        self.queue: list[Message] = []
        self.announced: list[dict[str, Any]] = []
        self.studio = "knows"

        def enqueue(detail_type: str, event: CallEvent, **_: Any) -> None:
            self.queue.append((detail_type, event.to_detail()))

        monkeypatch.setattr(studio_updates, "enqueue", enqueue)
        monkeypatch.setattr(call_events, "enqueue", enqueue)
        monkeypatch.setattr(
            path_assembly, "publish", lambda _source, _type, detail: self.announced.append(detail)
        )
        monkeypatch.setattr(studio_api, "read_run", self.read_run)
        monkeypatch.setattr(studio_api, "read_call", lambda _: None)

    def read_run(self, _flow_sid: str, execution_sid: str) -> studio_api.Run | None:
        if self.studio == "is silent":
            raise studio_api.NotReadyError("Studio answers 503")
        if self.studio == "knows nothing":
            return None
        way = self.ways[execution_sid]
        execution = Execution(
            way.execution_sid,
            way.flow_sid,
            started_at=way.start // 1000 * 1000,
            ended_at=way.end // 1000 * 1000,
        )
        return studio_api.Run(execution, tuple(way.rest_steps()), {"menu": {"execution": execution_sid}})

    def deliver(self, message: Message) -> None:
        detail_type, detail = message
        handler = studio_events.handler if detail_type.startswith("com.twilio") else record_path.handler
        handler(bus_event(detail_type, detail), CONTEXT)

    def expected(self, *, with_rest: bool) -> dict[str, Any]:
        whole = CallPath(self.call_sid, START, call=ENDED, is_recorded=True)
        for way in self.ways.values():
            for event in way.events():
                if event["type"] == studio_events.STEP_ENDED:
                    step = parse(EndedStep, event["data"]).to_step()
                    part = CallPath(self.call_sid, START, steps=merge_steps([step]))
                else:
                    execution = parse(ExecutionReport, event["data"]).to_execution()
                    part = CallPath(self.call_sid, START, executions={execution.sid: execution})
                whole = whole.merge(part)
            if with_rest:
                widgets = {way.execution_sid: {"menu": {"execution": way.execution_sid}}}
                whole = whole.merge(CallPath(self.call_sid, START, widgets=widgets))
        return to_document(whole)

    def messages(self) -> list[Message]:
        told: list[Message] = [("call.ended", {"callSid": self.call_sid, **ENDED.to_fields()})]
        for way in self.ways.values():
            link = {"callSid": self.call_sid, "executionSid": way.execution_sid, "flowSid": way.flow_sid}
            told.append(("call.linked", link))
            told += [(event["type"], event) for event in way.events()]
        return told


def fresh(way: Walk, call_sid: str) -> Walk:
    """Return a walk under SIDs of its own, since every example uses the same table."""
    names = {step.sid: new_sid("FT") for step in way.steps}
    steps = [
        type(step)(names[step.sid], step.widget, step.event, step.next, step.at, names.get(step.parent or ""))
        for step in way.steps
    ]
    return Walk(new_sid("FN"), new_sid("FW"), call_sid, way.start, steps)


@pytest.mark.usefixtures("_in_this_process")
@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes too long to be made smaller
)
@given(st.lists(walks(), min_size=1, max_size=2), st.sampled_from(["knows", "knows nothing"]), st.data())
def test_any_interleaving_of_messages_makes_the_same_record(
    monkeypatch: pytest.MonkeyPatch, drawn: list[Walk], in_the_end: str, data: st.DataObject
) -> None:
    call_sid = new_sid("CA")
    world = World(monkeypatch, [fresh(way, call_sid) for way in drawn])
    told = world.messages()
    waiting = told + data.draw(st.lists(st.sampled_from(told), max_size=6), label="repeated")
    world.studio = data.draw(st.sampled_from(["is silent", in_the_end]), label="at first")
    for message in data.draw(st.permutations(waiting), label="order"):
        world.deliver(message)
        if world.queue and data.draw(st.booleans(), label="a message of the queue comes"):
            world.deliver(world.queue.pop(0))
    world.studio = in_the_end
    for _ in range(100):
        if not world.queue:
            break
        world.deliver(world.queue.pop(data.draw(st.integers(0, len(world.queue) - 1), label="which")))
    stored = paths.load(call_sid)
    assert stored is not None
    assert to_document(bucket.load_overflow(stored)) == world.expected(with_rest=in_the_end == "knows")
    assert world.announced[-1] == to_document(bucket.load_overflow(stored))

"""<Enqueue>: wait until an agent takes the call, https://www.twilio.com/docs/voice/twiml/enqueue."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from local.twilio.sids import is_sid
from local.twilio.twiml import BadTwiml, Element, method_of, resolve
from local.twilio.voice.inputs import OtherSide, Silence
from local.twilio.voice.params import voice_params
from local.twilio.voice.schema import whole_number
from local.twilio.voice.turns import Fetch, HungUp, LeftQueue, Listening, Redirected, TakenFromQueue
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from local.twilio.taskrouter.engine import TaskRouter
    from local.twilio.voice.executor import Executor
    from local.twilio.voice.queues import Queues

_NOT_WHILE_WAITING = frozenset({"Record", "Dial", "Enqueue", "Refer", "Reject"})


def enqueue(queues: Queues, taskrouter: TaskRouter, executor: Executor, verb: Element) -> Fetch | None:
    """Put the call into a queue until it is taken, leaves, is redirected or hangs up.

    Meanwhile the document at waitUrl is carried out again and again: once each time the person does nothing.
    With a workflow the call waits for a task of TaskRouter's, which ends with the waiting unless a worker has
    it: https://www.twilio.com/docs/taskrouter/twiml-queue-calls.

    Returns
    -------
    Fetch or None
        The request to the action URL; without one the call goes on with the next verb.

    Raises
    ------
    BadTwiml
        Neither a queue's name nor a workflow.
    """
    task = next((child.text for child in verb.children if child.name == "Task"), "")
    workflow, name = verb.get("workflowSid"), verb.own_text
    if workflow and not is_sid(workflow, "WW"):
        raise BadTwiml(12200, f"Schema validation: workflowSid={workflow!r} in <Enqueue>")
    if not workflow and not 1 <= len(name) <= 64:
        raise BadTwiml(12200, "Schema validation: <Enqueue> needs a queue's name, of at most 64 characters")
    executor.action(verb, {})
    sid = queues.sid(workflow or name)
    executor.call.note("enqueue", queue=name, queueSid=sid, workflowSid=workflow, task=task)
    if workflow:
        _add_task(taskrouter, executor, verb, workflow, task)
    entered = executor.account.clock.now()

    def params(result: str) -> dict[str, str]:
        waited = round(executor.account.clock.now() - entered)
        return {"QueueResult": result, "QueueSid": sid, "QueueTime": str(waited)}

    try:
        result = _wait(executor, verb, sid, entered)
    except (HungUp, Redirected) as over:
        hung_up = isinstance(over, HungUp)
        taskrouter.cancel_of_call(executor.call.sid, "hangup" if hung_up else "redirected")
        action = executor.action(verb, params("hangup" if hung_up else "redirected"))
        if action is not None:
            executor.final_callback(action, "completed" if hung_up else executor.call.status)
        raise
    if result == "bridged":
        taskrouter.answer_call(executor.call.sid)
    else:
        taskrouter.cancel_of_call(executor.call.sid, result)
    executor.call.note("dequeued", result=result)
    return executor.action(verb, params(result))


def _add_task(
    taskrouter: TaskRouter, executor: Executor, verb: Element, workflow_sid: str, task: str
) -> None:
    """Create the call's task with the attributes of the document and of the call."""
    if workflow_sid not in taskrouter.workspace.workflows:
        executor.warn(f"Workflow {workflow_sid} does not exist: no worker will be found")
        return
    try:
        own = json.loads(task or "{}")
    except ValueError:
        own = None
    if not isinstance(own, dict):
        raise BadTwiml(14221, "Provided Attributes JSON was not valid")
    noun = next((child for child in verb.children if child.name == "Task"), None)
    about = voice_params(executor.account.sid, executor.call)
    names = (
        "CallSid",
        "AccountSid",
        "From",
        "To",
        "Caller",
        "Called",
        "Direction",
        "CallStatus",
        "ApiVersion",
    )
    known = {_snake(name): about[name] for name in names if name in about}
    taskrouter.create(
        workflow_sid,
        json.dumps({**known, **own}),
        priority=(noun and whole_number(noun, "priority", 0)) or 0,
        timeout=(noun and whole_number(noun, "timeout", None, lowest=1)) or 86400,
        channel="voice",
        call_sid=executor.call.sid,
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _wait(executor: Executor, verb: Element, sid: str, entered: float) -> str:
    here = executor.url
    wait_url = resolve(here, verb.get("waitUrl")) if verb.get("waitUrl") else ""
    while True:
        waited = str(round(executor.account.clock.now() - entered))
        about = {
            "QueueSid": sid,
            "QueueTime": waited,
            "AvgQueueTime": waited,
            "QueuePosition": "1",
            "CurrentQueueSize": "1",
        }
        try:
            if wait_url:
                _entertain(executor, Fetch(wait_url, method_of(verb, "waitUrlMethod"), about), about)
        except LeftQueue:
            return "leave"
        except TakenFromQueue as taken:
            return taken.result
        finally:
            executor.url = here
        item = executor.listen(
            Listening("Enqueue", {"queueSid": sid, "workflowSid": verb.get("workflowSid")})
        )
        if isinstance(item, OtherSide):
            return item.result
        if not isinstance(item, Silence):
            executor.call.note("ignored", reason="nobody listens in a queue")


def _entertain(executor: Executor, fetch: Fetch | None, about: dict[str, str]) -> None:
    executor.waiting_in_queue = True
    try:
        while fetch is not None:
            document = executor.fetch(Fetch(fetch.url, fetch.method, {**fetch.params, **about}))
            _check(document)
            fetch = executor.carry_out(document)
    except (WebhookFailed, BadTwiml) as problem:
        executor.call.note(
            "error", code=problem.code, message=problem.message, url=fetch.url if fetch else ""
        )
        executor.account.alert(problem.code, problem.message, sid=executor.call.sid, url=executor.url)
    finally:
        executor.waiting_in_queue = False


def _check(document: Element) -> None:
    for verb in document.children:
        if verb.name in _NOT_WHILE_WAITING:
            raise BadTwiml(12200, f"Schema validation: <{verb.name}> while waiting in a queue")

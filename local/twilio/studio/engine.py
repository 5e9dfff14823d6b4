"""Running flows: a call's webhooks are answered with TwiML and recorded in an execution."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from twilio.twiml.voice_response import VoiceResponse

from local.http_messages import HttpResponse
from local.twilio.sids import new_sid
from local.twilio.studio import widgets
from local.twilio.studio.execution import Execution, Frame, Step
from local.twilio.studio.flow import ENDED, Flow, Widget
from local.twilio.studio.flow_store import FlowStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.twilio.account import Account

HOST = "webhooks.twilio.com"
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_MOST_STEPS = 500
_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class Studio:
    """The account's flows and executions.

    Parameters
    ----------
    account
        The account.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self.flows = FlowStore(account.public_base_url, account.clock.now)
        self.executions: dict[str, Execution] = {}
        account.webhooks.internal[HOST] = self.answer

    def webhook_url(self, flow_sid: str) -> str:
        """Return a flow's webhook, which a number's settings name."""
        return f"https://{HOST}/v1/Accounts/{self._account.sid}/Flows/{flow_sid}"

    def answer(self, _method: str, url: str, params: Mapping[str, str]) -> HttpResponse:
        """Answer a flow's webhook, for a call that arrives, continues or has ended."""
        parts = urlsplit(url)
        self.flows.read_files()
        flow = self.flows.published(parts.path.rpartition("/")[2])
        if flow is None or parts.path != urlsplit(self.webhook_url(flow.sid)).path:
            return HttpResponse(404, (("content-type", "text/plain"),), b"No such flow")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        given = {**query, **params}
        # A flow waits for what it asks others; calls do not wait for each other.
        with self._lock_of(given.get("CallSid", "")):
            execution = self._active(flow.sid, given.get("CallSid", ""))
            event = given.get("FlowEvent", "")
            if execution is not None and event == "record":
                # What was recorded until the caller hung up is not lost: a widget may follow.
                return _twiml(self._run(execution, *widgets.recorded(params)))
            if given.get("CallStatus") in _OVER:
                if execution is not None:
                    self._hang_up(execution)
                return _twiml(_NOTHING)
            if execution is None:
                execution = self._begin(flow, given)
                return _twiml(self._run(execution, "incomingCall", {}))
            result: dict[str, Any] = {}
            if event == "gather":
                event, result = widgets.gathered(params)
            elif event == "callCompleted":
                result = {"DialCallStatus": params.get("DialCallStatus", "")}
            elif event == "callComplete":
                result = {"QueueResult": params.get("QueueResult", "")}
            return _twiml(self._run(execution, event, result))

    def end(self, execution: Execution, reason: str) -> None:
        """End an execution at its current widget."""
        if execution.ended is None:
            execution.widgets = execution.frames[0].widgets
            execution.frames.clear()
            execution.ended = self._account.clock.now()
            execution.ended_reason = reason

    def dump(self) -> dict[str, Any]:
        """Return the flows and executions in a form that JSON can keep."""
        executions = [execution.dump() for execution in list(self.executions.values())]
        return {"executions": executions, "flows": self.flows.dump()}

    def load(self, state: Mapping[str, Any] | list[dict[str, Any]]) -> None:
        """Replace flows and executions by dumped ones; older states have executions alone."""
        executions = state if isinstance(state, list) else state["executions"]
        self.executions = {item["sid"]: Execution.load(item) for item in executions}
        if not isinstance(state, list):
            self.flows.load(state["flows"])

    def _lock_of(self, call_sid: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(call_sid, threading.Lock())

    def _active(self, flow_sid: str, call_sid: str) -> Execution | None:
        return next(
            (
                item
                for item in list(self.executions.values())
                if item.flow_sid == flow_sid and item.call_sid == call_sid and item.ended is None
            ),
            None,
        )

    def _begin(self, flow: Flow, params: Mapping[str, str]) -> Execution:
        execution = Execution(
            new_sid("FN"),
            flow.sid,
            params.get("CallSid", ""),
            self._account.clock.now(),
            dict(params),
            frames=[Frame(flow.sid, revision=flow.revision)],
            flow_revision=flow.revision,
        )
        self.executions[execution.sid] = execution
        return execution

    def _run(self, execution: Execution, event: str, result: dict[str, Any]) -> str:
        """Leave the current widget by an event, and run others until one answers or the flow ends."""
        url = self.webhook_url(execution.flow_sid)
        for _ in range(_MOST_STEPS):
            if not self._leave(execution, event, result):
                self.end(execution, "FLOW_END")
                return _NOTHING
            widget = self._widget(execution.frames[-1])
            if (talk := widgets.TALKING.get(widget.type)) is not None:
                return str(talk(widget, execution.context(), lambda name: f"{url}?FlowEvent={name}"))
            if widget.type not in widgets.AT_ONCE and widget.type != "run-subflow":
                return self._give_up(execution, widget)
            event, result = self._at_once(execution, widget)
        self.end(execution, "FLOW_END")
        return _NOTHING

    def _at_once(self, execution: Execution, widget: Widget) -> widgets.Outcome:
        context = execution.context()
        match widget.type:
            case "split-based-on":
                return widgets.split(widget, context)
            case "set-variables":
                event, result = widgets.set_variables(widget, context)
                execution.variables |= result
                return event, result
            case "make-http-request":
                return widgets.make_http_request(self._account, widget, context, execution.call_sid)
        flow = self.flows.published(str(widget.properties.get("flow_sid", "")))
        if flow is None:
            return "failed", {}
        parent = execution.frames[-1]
        execution.frames.append(Frame(flow.sid, parent.step_sid, revision=flow.revision))
        return "incomingParent", {}

    def _give_up(self, execution: Execution, widget: Widget) -> str:
        """End the call at a widget that the stand-in does not have; Twilio would play it."""
        message = f"The local Studio cannot play the widget {widget.name}, of type {widget.type}"
        url = self.webhook_url(execution.flow_sid)
        self._account.alert(0, message, sid=execution.call_sid, url=url)
        self.end(execution, "STOPPED")
        response = VoiceResponse()
        response.say(message)
        return str(response)

    def _widget(self, frame: Frame) -> Widget:
        return self.flows.at(frame.flow_sid, frame.revision).widgets[frame.widget]

    def _leave(self, execution: Execution, event: str, result: dict[str, Any]) -> bool:
        """Record the step and move to the next widget; return False at the end of the flow."""
        frame = execution.frames[-1]
        widget = self._widget(frame)
        following = widget.after(event)
        if event.startswith("match:"):
            event, _, following = event.partition(":")
        frame.widgets[frame.widget] = {**frame.widgets.get(frame.widget, {}), **result}
        self._note(execution, frame, event, following or ENDED)
        if following:
            frame.widget, frame.step_sid = following, new_sid("FT")
            return True
        execution.frames.pop()
        if not execution.frames:
            execution.frames.append(frame)
            return False
        # The subflow gives the call back to the widget that ran it.
        return self._leave(execution, "completed", {"widgets": frame.widgets})

    def _hang_up(self, execution: Execution) -> None:
        inner: dict[str, Any] = {}
        for frame in reversed(execution.frames):
            if inner:
                frame.widgets[frame.widget] = {"widgets": inner}
            self._note(execution, frame, "hangup", ENDED)
            inner = frame.widgets
        self.end(execution, "CALL_ENDED")

    def _note(self, execution: Execution, frame: Frame, event: str, following: str) -> None:
        widget = self._widget(frame)
        execution.steps.append(
            Step(
                frame.step_sid,
                event,
                frame.widget,
                following,
                widget.type,
                self._account.clock.now(),
                frame.parent_step_sid,
            )
        )


def _twiml(document: str) -> HttpResponse:
    return HttpResponse(200, (("content-type", "text/xml"),), document.encode())

"""What a webhook alone does not say: the sink's status, a SIP domain's callers, the waitUrl of flows."""

from collections.abc import Iterator
from typing import Any, Final

from switchboard.inputs.forms import Sid
from switchboard.twilio.outcome import Refused
from tools.configure.checks.finding import Finding
from tools.configure.desired import EVENT_PATH, flow_webhook
from tools.configure.resources.event_sink import find_sink
from tools.configure.resources.sip_domain import find_domain
from tools.configure.settings import FlowNumber, Settings
from tools.stack.stack import Stack

WAIT_PATH: Final = "/callback/studio/wait-experience"
_QUEUES: Final = {"enqueue-call", "send-to-flex"}


def check_connections(stack: Stack, settings: Settings) -> Iterator[Finding]:
    """Look at the sink, the SIP domains and the flows that the file names."""
    if settings.event_streams:
        sink = find_sink(stack.twilio, stack.url(EVENT_PATH))
        if sink is not None and str(sink.status) != "active":
            yield Finding("events", str(sink.sid), "note", f"the sink is not active yet: {sink.status}")
    for one in settings.sip_domains:
        domain = find_domain(stack.twilio, one.domain)
        if domain is not None and not domain.auth_type:
            text = "takes no calls: neither an IP access control list nor a credential list is mapped to it"
            yield Finding("sip", one.domain, "problem", text)
    for sid in sorted(set(_flow_sids(stack, settings))):
        yield from _waits(stack, sid)


def _flow_sids(stack: Stack, settings: Settings) -> Iterator[str]:
    """Yield the flows that numbers and SIP domains lead to, but for those that are still to be created."""
    flows = [
        *(one.flow for one in settings.numbers if isinstance(one, FlowNumber)),
        *(one.flow for one in settings.sip_domains if one.flow),
    ]
    for flow in flows:
        sid = flow_webhook(stack, settings, flow).rpartition("/")[2]
        if Sid("FW").matches(sid):
            yield sid


def _waits(stack: Stack, sid: str) -> Iterator[Finding]:
    """Look at the queues of a flow, whose waitUrl only an edit of the flow sets."""
    try:
        flow = stack.twilio.studio.v2.flows(sid).fetch()
    except Refused as error:
        if error.status != 404:
            raise
        yield Finding("flows", sid, "problem", "the account has no such flow")
        return
    url = stack.url(WAIT_PATH)
    definition: Any = flow.definition or {}
    for state in definition.get("states", ()):
        if state.get("type") not in _QUEUES:
            continue
        wait = str(state.get("properties", {}).get("waitUrl") or "")
        where = f"{sid}, widget {state.get('name')}"
        if wait.partition("?")[0].partition("#")[0] == url:
            yield Finding("flows", where, "ok", "callers who wait are offered a callback")
        else:
            text = (
                f"callers who wait hear {wait or 'the default music'}: for callbacks set its waitUrl to {url}"
            )
            yield Finding("flows", where, "note", text)

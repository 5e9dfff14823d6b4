"""GET, POST /widget-store-studio-data: a flow reports which call it has.

Called by a Make HTTP Request widget at the start of the flow, with callSid ``{{trigger.call.CallSid}}``,
executionSid ``{{flow.sid}}`` and flowSid ``{{flow.flow_sid}}``. The caller waits for the answer.
"""

from typing import Final

from ivr_path.domain.execution import Execution
from ivr_path.execution_link import link_execution
from ivr_path.requests.link_execution import LinkExecution
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read
from switchboard.timestamps import now_ms

_ANSWER_SECONDS: Final = 7.0  # the widget waits for 10 s, a cold start included


def fallback(_raw: RawRequest) -> Reply:
    """Let the flow continue: a status other than 2xx would lead it to the widget's "failed" transition."""
    return json_reply({"success": False, "message": "The link could not be stored."})


@endpoint(
    TwilioSignature(), fallback=fallback, answer_within=_ANSWER_SECONDS, services=("dynamodb", "events")
)
def handler(request: Request) -> Reply:
    """Link the call to its execution and flow, and answer with what was linked."""
    link = read(LinkExecution, request.params)
    link_execution(link.call_sid, Execution(link.execution_sid, link.flow_sid, linked_at=now_ms()))
    return json_reply({"success": True, **link.model_dump()})

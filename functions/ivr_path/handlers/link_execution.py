"""GET, POST /widget-store-studio-data: a flow reports which call it has.

Called by a Make HTTP Request widget at the start of the flow, with callSid ``{{trigger.call.CallSid}}``,
executionSid ``{{flow.sid}}`` and flowSid ``{{flow.flow_sid}}``. The caller waits for the answer.
"""

from typing import Final

from ivr_path.domain.execution import Execution
from ivr_path.execution_link import link_execution
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.http_event import RawRequest
from switchboard.reply import Reply, json_reply
from switchboard.request import Params, Request
from switchboard.timestamps import now_ms
from switchboard.validation import is_sid

_FIELDS: Final = {"callSid": "CA", "executionSid": "FN", "flowSid": "FW"}
_ANSWER_SECONDS: Final = 7.0  # the widget waits for 10 s, a cold start included


def fallback(_raw: RawRequest) -> Reply:
    """Let the flow go on: a status other than 2xx would lead it to the widget's "failed" transition."""
    return json_reply({"success": False, "message": "The link could not be stored."})


@endpoint(TwilioSignature(), fallback=fallback, answer_within=_ANSWER_SECONDS)
def handler(request: Request) -> Reply:
    """Link the call to its execution and flow, and answer with what was linked."""
    link = _parse(request.params)
    execution = Execution(link["executionSid"], link["flowSid"], linked_at=now_ms())
    link_execution(link["callSid"], execution)
    return json_reply({"success": True, **link})


def _parse(params: Params) -> dict[str, str]:
    # Without pydantic, which would be most of a cold start that the caller waits for.
    errors = [
        FieldError(
            field=name,
            message="is missing" if not params.get(name) else f"must be a SID: {prefix} and 32 hex digits",
        )
        for name, prefix in _FIELDS.items()
        if not is_sid(params.get(name, ""), prefix)
    ]
    if errors:
        raise BadRequest.about(*errors)
    return {name: params[name] for name in _FIELDS}

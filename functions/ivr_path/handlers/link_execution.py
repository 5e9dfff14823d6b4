"""GET, POST /widget-store-studio-data: a flow says which call it has.

Called by a Make HTTP Request widget at the start of the flow, with callSid ``{{trigger.call.CallSid}}``,
executionSid ``{{flow.sid}}`` and flowSid ``{{flow.flow_sid}}``. The caller waits for the answer.
"""

from typing import Final

from ivr_path.domain.execution import Execution
from ivr_path.events import CALL_LINKED, tell
from ivr_path.settings import now
from ivr_path.storage import paths
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.log import count, logger
from switchboard.reply import Reply, json_reply
from switchboard.request import Params, Request
from switchboard.validation import is_sid

_FIELDS: Final = {"callSid": "CA", "executionSid": "FN", "flowSid": "FW"}


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Link the call to its execution and flow, and repeat what was linked."""
    link = _checked(request.params)
    execution = Execution(link["executionSid"], link["flowSid"], linked_at=now())
    try:
        must_record = paths.link(link["callSid"], execution)
    except Exception:  # noqa: BLE001  # the widget's failure branch would be heard by the caller
        logger.exception("The link could not be stored; the bus gets it")
        count("LinkFailed")
        must_record = True
    if must_record and not tell(CALL_LINKED, {**link, "linkedAt": execution.linked_at}):
        return json_reply({"message": "The link could not be stored. Try again later."}, 503)
    return json_reply({"success": True, **link})


def _checked(params: Params) -> dict[str, str]:
    # By hand: this is a caller's wait, and pydantic would be most of a cold start.
    errors = [
        FieldError(
            field=name,
            message="is missing" if not params.get(name) else f"must be a SID: {prefix} and 32 hex digits",
        )
        for name, prefix in _FIELDS.items()
        if not is_sid(params.get(name, ""), prefix)
    ]
    if errors:
        raise BadRequest("; ".join(f"{item['field']} {item['message']}" for item in errors), errors)
    return {name: params[name] for name in _FIELDS}

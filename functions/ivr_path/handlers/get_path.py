"""GET /ivr-paths/{callSid}: one call's record."""

from ivr_path.domain.call_path import record
from ivr_path.outage import come_again
from ivr_path.recording import whole
from ivr_path.storage import paths
from switchboard.auth import ApiKey
from switchboard.endpoint import endpoint
from switchboard.errors import NotFound
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.validation import is_sid


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Answer with the record, or 404: unknown, or expired."""
    call_sid = request.path_parameters.get("callSid", "")
    with come_again():
        known = paths.find(call_sid) if is_sid(call_sid, "CA") else None
        if known is None or not known.is_known:
            raise NotFound("No path is known of this call.")
        facts = whole(known)
    return json_reply(record(facts))

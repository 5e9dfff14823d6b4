"""GET /ivr-paths/{callSid}: one call's record."""

from ivr_path import store
from ivr_path.facts import record
from ivr_path.outage import come_again
from ivr_path.recording import whole
from switchboard.endpoint import endpoint
from switchboard.errors import NotFound
from switchboard.guard import Key
from switchboard.reply import Reply, json_reply
from switchboard.request import Request
from switchboard.validation import is_sid


@endpoint(Key())
def handler(request: Request) -> Reply:
    """Answer with the record, or 404: unknown, or expired."""
    call_sid = request.path_parameters.get("callSid", "")
    with come_again():
        known = store.find(call_sid) if is_sid(call_sid, "CA") else None
        if known is None or not known.is_known:
            raise NotFound("No path is known of this call.")
        facts = whole(known)
    return json_reply(record(facts))

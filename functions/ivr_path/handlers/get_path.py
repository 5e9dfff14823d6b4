"""GET /ivr-paths/{callSid}: one call's record."""

from typing import Final

from ivr_path.path_reader import read_document
from switchboard.errors import NotFound
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.forms import Sid

_CALL_SID: Final = Sid("CA")


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Answer with the record; 404 if no flow is known to have had the call, or the record has expired."""
    call_sid = request.path_parameters.get("callSid", "")
    document = read_document(call_sid) if _CALL_SID.matches(call_sid) else None
    if document is None:
        raise NotFound("No path of this call is known.")
    return json_reply(document)

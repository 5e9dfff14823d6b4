"""POST, GET /callback/studio/create-callback: a flow asks for a callback, or hands a voicemail over."""

from callback.create import create
from callback.replies.task_reply import task_reply, unavailable
from callback.requests.create_callback import CallbackRequest
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(TwilioSignature(), fallback=unavailable)
def handler(request: Request) -> Reply:
    """Answer with the callback's task; a retried webhook gets the same."""
    return task_reply(lambda: create(read(CallbackRequest, request.params), request.idempotency_token))

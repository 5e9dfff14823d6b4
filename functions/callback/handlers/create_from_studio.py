"""POST, GET /callback/studio/create-callback: a flow asks for a callback, or hands a voicemail over."""

from callback.create import create
from callback.replies.task_reply import task_reply, unavailable
from callback.requests.create_callback import CallbackRequest
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.inputs.model import read
from switchboard.reply import Reply
from switchboard.request import Request


@endpoint(TwilioSignature(), fallback=unavailable)
def handler(request: Request) -> Reply:
    """Answer with the callback's task; a retried webhook gets the same."""
    return task_reply(lambda: create(read(CallbackRequest, request.params), request.idempotency_token))

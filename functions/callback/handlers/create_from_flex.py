"""POST, GET /callback/flex/create-callback: an agent or an older plugin asks for a callback."""

from callback.create import create
from callback.replies.task_reply import task_reply, unavailable
from callback.requests.create_callback import CallbackRequest
from switchboard.auth import FLEX_USERS, FlexToken
from switchboard.endpoint import WEBHOOK_SECONDS, endpoint
from switchboard.inputs.model import read
from switchboard.reply import Reply
from switchboard.request import Request


@endpoint(FlexToken(role=FLEX_USERS), fallback=unavailable, answer_within=WEBHOOK_SECONDS)
def handler(request: Request) -> Reply:
    """Answer with the callback's task."""
    return task_reply(lambda: create(read(CallbackRequest, request.params)))

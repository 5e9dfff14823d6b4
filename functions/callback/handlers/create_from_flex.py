"""POST, GET /callback/flex/create-callback: an agent or an older plugin asks for a callback."""

from callback.create import create
from callback.replies.task_reply import task_reply, unavailable
from callback.requests.create_callback import CallbackRequest
from switchboard.http.auth import FLEX_USERS, FlexToken
from switchboard.http.endpoint import WEBHOOK_SECONDS, endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(FlexToken(role=FLEX_USERS), fallback=unavailable, answer_within=WEBHOOK_SECONDS)
def handler(request: Request) -> Reply:
    """Answer with the callback's task."""
    return task_reply(lambda: create(read(CallbackRequest, request.params)))

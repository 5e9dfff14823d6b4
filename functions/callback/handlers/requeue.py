"""POST, GET /callback/flex/requeue-callback: an agent puts a callback back into the queue."""

from callback.replies.task_reply import task_reply, unavailable
from callback.requests.requeue import RequeueRequest
from callback.requeue import requeue
from switchboard.http.auth import FLEX_USERS, FlexToken
from switchboard.http.endpoint import WEBHOOK_SECONDS, endpoint
from switchboard.http.reply import Reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(FlexToken(role=FLEX_USERS), fallback=unavailable, answer_within=WEBHOOK_SECONDS)
def handler(request: Request) -> Reply:
    """Answer with the task of the next attempt."""
    return task_reply(lambda: requeue(read(RequeueRequest, request.params)))

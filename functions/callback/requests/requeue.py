"""A request for the next attempt at a callback."""

from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import TaskSid


class RequeueRequest(RequestModel):
    """A request that names the task whose attempt failed."""

    task_sid: TaskSid

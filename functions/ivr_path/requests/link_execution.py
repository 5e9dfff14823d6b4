"""A flow's request to link a call to its execution."""

from switchboard.inputs.model import RequestModel
from switchboard.inputs.types import CallSid, ExecutionSid, FlowSid


class LinkExecution(RequestModel):
    """The call, and the execution and the flow that it is in."""

    call_sid: CallSid
    execution_sid: ExecutionSid
    flow_sid: FlowSid

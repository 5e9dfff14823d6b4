"""The settings of outbound messages."""

from switchboard.settings import Settings


class TableSettings(Settings):
    """Where requests are stored, and for how long.

    Attributes
    ----------
    outbound_requests_table : str
        Name of the table.
    same_content_seconds : int
        A request with the same content as one within so many seconds is the same request.
    """

    outbound_requests_table: str
    same_content_seconds: int = 60


class RoutingSettings(Settings):
    """How a task reaches an agent.

    Attributes
    ----------
    workspace_sid, workflow_sid : str
        TaskRouter's workspace and the workflow that routes outbound tasks.
    outbound_task_channel : str
        Unique name of the task channel.
    """

    workspace_sid: str = ""
    workflow_sid: str = ""
    outbound_task_channel: str = "chat"


class FlowSettings(Settings):
    """Where replies go without a task.

    Attributes
    ----------
    outbound_flow_sid : str
        The Studio flow that gets them; empty: where the number's own configuration sends them.
    """

    outbound_flow_sid: str = ""

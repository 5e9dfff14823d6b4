"""Executions and steps as Studio's events report them.

A step's event does not name the call, so steps are stored with their execution, and the execution's own
events say which call it belongs to.
"""

from collections.abc import Iterator

from ivr_path.domain.execution import Execution
from ivr_path.domain.retention import UNLINKED_SECONDS
from ivr_path.domain.step import Step
from ivr_path.settings import settings
from ivr_path.storage import table
from switchboard import aws
from switchboard.timestamps import now_ms


def add_execution(call_sid: str, execution: Execution) -> None:
    """Store which call an execution belongs to, and whether it has ended."""
    table.update_item(
        execution.sid,
        table.EXECUTION,
        {
            "callSid": call_sid,
            "flowSid": execution.flow_sid,
            "expiresAt": _expiry(),
            **({"endedAt": execution.ended_at} if execution.ended_at else {}),
        },
    )


def add_step(step: Step) -> str | None:
    """Store a step.

    Returns
    -------
    str or None
        The call whose path must be recorded again because its execution has already ended.
    """
    aws.client("dynamodb").put_item(
        TableName=settings().ivr_paths_table,
        Item=aws.to_item(
            {
                "id": step.execution_sid,
                "part": step.sid,
                "widget": step.widget,
                "event": step.event,
                "next": step.next,
                "at": step.at,
                "parentSid": step.parent_sid,
                "expiresAt": _expiry(),
            }
        ),
    )
    # Read after the write: either the processor of the end sees the step, or the end is seen here.
    execution = table.get_item(step.execution_sid, table.EXECUTION)
    return execution["callSid"] if execution and "endedAt" in execution else None


def read_steps(execution_sid: str) -> Iterator[Step]:
    """Yield the steps of an execution."""
    items = aws.query_items(
        TableName=settings().ivr_paths_table,
        KeyConditionExpression="id = :id AND begins_with(#part, :steps)",
        ExpressionAttributeNames={"#part": "part"},
        ExpressionAttributeValues={":id": {"S": execution_sid}, ":steps": {"S": "FT"}},
        ConsistentRead=True,
    )
    for item in items:
        yield Step(
            sid=item["part"],
            execution_sid=execution_sid,
            widget=item.get("widget"),
            event=item.get("event"),
            next=item.get("next"),
            at=item["at"],
            parent_sid=item.get("parentSid"),
        )


def _expiry() -> int:
    return now_ms() // 1000 + UNLINKED_SECONDS

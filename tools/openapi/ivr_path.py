"""The routes of call paths."""

from typing import Any, Final, Literal

from ivr_path.requests.call_status import CallStatusCallback, CallStatusUrl
from ivr_path.requests.link_execution import LinkExecution
from ivr_path.requests.list_paths import ListPaths
from switchboard.inputs.types import CallSid
from tools.openapi.operation import (
    FORM,
    Feature,
    Operation,
    ReplyModel,
    Response,
    json_response,
    redirect_response,
)
from tools.openapi.responses import Error


class LinkedExecution(ReplyModel):
    """What was linked; or that it could not be, so that the flow goes on all the same."""

    success: bool
    call_sid: str = ""
    execution_sid: str = ""
    flow_sid: str = ""
    message: str = ""


class PathExecution(ReplyModel):
    """A Studio execution that the call went through.

    Attributes
    ----------
    studio_reason : str or None
        Studio's own word for its end, which only its events tell.
    """

    execution_sid: str
    flow_sid: str
    started_at: str | None
    finished_at: str | None
    studio_reason: str | None


class PathStep(ReplyModel):
    """A widget that was left.

    Attributes
    ----------
    widget : str or None
        The widget; "Trigger" at the start.
    event : str or None
        Why it was left, such as "keypress" or "hangup".
    next : str or None
        The widget that came after it; "Ended" at the end.
    at : str
        When it was left, ISO 8601.
    duration_ms : int or None
        How long the call was in it.
    steps : list
        Those of the subflow that the widget ran, nested up to 20 deep.
    """

    widget: str | None
    event: str | None
    next: str | None
    at: str
    duration_ms: int | None
    execution_sid: str
    steps: "tuple[PathStep, ...]" = ()


class ListedPath(ReplyModel):
    """The record of a call, without its widgets' data.

    Attributes
    ----------
    call_status, call_duration : str or int or None
        As Twilio reported them; the duration in seconds.
    status : str
        `linked`: a flow has the call; `ended`: the call has ended; `recorded`: the path is complete.
    started_at : str
        When the call came to Studio, ISO 8601.
    steps : list
        Oldest first.
    ended_at, ended_reason : str or None
        The innermost last widget; `hungUp` in it, or `flowEnded` after it, or `stopped` by hand.
    """

    call_sid: str
    from_: str | None
    to: str | None
    direction: str | None
    call_status: str | None
    call_duration: int | None
    status: Literal["linked", "ended", "recorded"]
    started_at: str
    executions: tuple[PathExecution, ...]
    steps: tuple[PathStep, ...]
    ended_at: str | None
    ended_reason: Literal["hungUp", "flowEnded", "stopped"] | None


class RecordedPath(ListedPath):
    """The record of a call.

    Attributes
    ----------
    widgets : object
        What Studio reports about each widget at the end, by its name.
    """

    widgets: dict[str, Any]


class PathPage(ReplyModel):
    """A page of records, newest first.

    Attributes
    ----------
    cursor : str or None
        Leads to the next page; null: there is none.
    """

    items: tuple[ListedPath, ...]
    cursor: str | None


_LINK: Final = Operation(
    summary="Link a call to its Studio execution",
    description=(
        "A *Make HTTP Request* widget at the start of a flow reports which call the flow has. Where the link "
        "cannot be stored the answer is 200 all the same, so that the caller does not hear a failure."
    ),
    fields=LinkExecution,
    responses={200: json_response("The call is linked, or `success` is false.", LinkedExecution)},
)

FEATURE: Final = Feature(
    tag="Call paths",
    description="Which Studio widgets a call went through, how long each took, where the caller hung up.",
    page="ivr-paths.md",
    operations={
        "POST /widget-store-studio-data": _LINK,
        "GET /widget-store-studio-data": _LINK,
        "POST /pn-call-status-callback": Operation(
            summary="Report a call's status, and let Studio end its execution",
            description=(
                "The *Call status changes* webhook of a number that is connected to a flow. On a final "
                "status the call's path is recorded."
            ),
            fields=CallStatusCallback,
            query=CallStatusUrl,
            media_types=(FORM,),
            responses={
                302: redirect_response("Twilio goes on to the flow's own webhook."),
                204: Response("No flow is known for the call."),
            },
        ),
        "GET /ivr-paths/{callSid}": Operation(
            summary="Read the record of one call",
            path={"callSid": CallSid},
            responses={
                200: json_response("The record.", RecordedPath),
                404: json_response("No path of this call is known, or its record has expired.", Error),
            },
        ),
        "GET /ivr-paths": Operation(
            summary="List the records of calls by flow and time",
            fields=ListPaths,
            responses={200: json_response("A page, newest first.", PathPage)},
        ),
    },
)

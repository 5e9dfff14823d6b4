"""The route of Event Streams."""

from typing import Any, Final

from pydantic import BaseModel, RootModel

from tools.openapi.operation import JSON, Feature, Operation, Response, json_response
from tools.openapi.responses import Error


class CloudEvent(BaseModel):
    """An event of Twilio's (https://www.twilio.com/docs/events/event-delivery-structure).

    Attributes
    ----------
    id : str
        The same each time that the event is delivered.
    type : str
        Such as com.twilio.taskrouter.task.wrapup; the detail type on the bus.
    """

    id: str
    type: str
    source: str = ""
    time: str = ""
    data: dict[str, Any] = {}


class CloudEvents(RootModel[tuple[CloudEvent, ...]]):
    """A batch."""


FEATURE: Final = Feature(
    tag="Event Streams",
    description="Twilio's events, onto the bus, for every feature.",
    page="event-stream.md",
    operations={
        "POST /eventstream": Operation(
            summary="Put a batch of Twilio's events on the bus",
            description=(
                "A webhook sink of Event Streams. The body is a JSON array of CloudEvents, up to 6 MB. An "
                "item that is not an event, or is another account's, is dropped; the others are kept."
            ),
            fields=CloudEvents,
            media_types=(JSON,),
            responses={
                204: Response("The events are on the bus, or will be in a moment."),
                503: json_response("The bus does not take them: Twilio sends the batch again.", Error),
            },
        )
    },
)

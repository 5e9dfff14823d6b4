"""POST /eventstream: a webhook sink of Twilio's Event Streams.

https://www.twilio.com/docs/events/webhook-quickstart. Twilio gives up after 5 s, repeats for 4 hours, and
sends in no order, so what receives an event from the bus must be able to meet it twice.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from switchboard.auth import TwilioSignature
from switchboard.bus import BYTES_PER_REQUEST, BusError, publish_all, size
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, ServiceUnavailable
from switchboard.log import count, logger
from switchboard.reply import Reply, no_content
from switchboard.request import Request

SOURCE: Final = "switchboard.event_stream"

_SECONDS: Final = 4.0
"""After this long no further event is begun with: Twilio would not wait for the answer."""


class _Late(Exception):
    """There are more events than can be put on the bus before Twilio gives up."""


@endpoint(TwilioSignature(), replace_surrogates=True)
def handler(request: Request) -> Reply:
    """Put each event on the bus: its ``type`` becomes the detail type, the whole CloudEvent the detail."""
    body = request.json
    if isinstance(body, dict):
        body = [body]  # a sink with batch_events false
    if not isinstance(body, list):
        raise BadRequest("The body must be a JSON array of CloudEvents.")
    try:
        publish_all(SOURCE, _events(body))
    except BusError as error:
        logger.warning(
            "The bus did not take the events; Twilio will send them again", extra={"why": str(error)}
        )
        count("BusFailed", detail_type="eventstream")
        raise ServiceUnavailable("The events could not be taken. Send them again.") from None
    except _Late:
        logger.warning("A batch takes too long; Twilio will send it again", extra={"events": len(body)})
        count("BusFailed", detail_type="eventstream")
        raise ServiceUnavailable("Not all of the events could be taken in time. Send them again.") from None
    return no_content()


def _events(body: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield type and event. What is no event, or fits nowhere, is left out: repeating would not help.

    Raises
    ------
    _Late
        The time is over and there are more.
    """
    started = time.monotonic()
    for event in body:
        if time.monotonic() - started > _SECONDS:
            raise _Late
        if not isinstance(event, dict) or not isinstance(event.get("type"), str) or not event["type"]:
            logger.warning("Not a CloudEvent")
            count("EventRefused", reason="form")
        elif size(event["type"], event) > BYTES_PER_REQUEST or len(event["type"]) > 128:
            logger.warning("An event is too large for the bus", extra={"event_id": event.get("id")})
            count("EventRefused", reason="size")
        else:
            yield event["type"], event

"""POST /eventstream: a webhook sink of Twilio's Event Streams.

https://www.twilio.com/docs/events/webhook-quickstart. Twilio waits for 5 s, repeats a batch for 4 hours and
keeps no order, so the processors behind the bus must accept an event twice.
"""

from typing import Any, Final

from event_stream.cloud_events import PACK_SOURCE, PACKED, SOURCE, Selection, pack, select_events
from switchboard.bus import BusError, publish_all
from switchboard.errors import BadRequest, ServiceUnavailable
from switchboard.http.auth import TwilioSignature
from switchboard.http.endpoint import endpoint
from switchboard.http.event import RawRequest
from switchboard.http.reply import Reply, json_reply, no_content
from switchboard.http.request import Request
from switchboard.log import count, logger
from switchboard.settings import common

MAX_BODY_BYTES: Final = 6 * 1024 * 1024
"""The most that Lambda takes in one request; API Gateway takes 10 MB."""

_ANSWER_SECONDS: Final = 4.0
_MAX_DIRECT_EVENTS: Final = 200
"""More events would need more than 20 requests to the bus, while Twilio waits."""


def ask_again(_raw: RawRequest) -> Reply:
    """Answer every failure with 503, so that Twilio repeats the batch."""
    return json_reply({"message": "The events could not be taken. Send them again."}, 503)


@endpoint(
    TwilioSignature(),
    fallback=ask_again,
    max_body=MAX_BODY_BYTES,
    answer_within=_ANSWER_SECONDS,
    replace_surrogates=True,
    services=("events",),
)
def handler(request: Request) -> Reply:
    """Put each event on the bus: its ``type`` becomes the detail type, the whole CloudEvent the detail."""
    selection = select_events(_parse_batch(request.json), common().twilio_account_sid)
    _report(selection)
    try:
        _publish(selection)
    except BusError as error:
        logger.warning(
            "The bus did not take the events; Twilio will send them again", extra={"reason": str(error)}
        )
        count("BusFailed", detail_type="eventstream")
        raise ServiceUnavailable("The bus did not take the events.") from None
    return no_content()


def _parse_batch(body: Any) -> list[Any]:
    if isinstance(body, dict):
        return [body]  # from a sink with batch_events false
    if not isinstance(body, list):
        raise BadRequest.about_part("body", "must be a JSON array of CloudEvents")
    return body


def _publish(selection: Selection) -> None:
    events = selection.events
    if len(events) <= _MAX_DIRECT_EVENTS:
        publish_all(SOURCE, ((event["type"], event) for event in events))
        return
    packs = list(pack(events))
    # An event that is alone in its pack may be as large as the bus allows.
    single = [events[0] for events in packs if len(events) == 1]
    publish_all(SOURCE, ((event["type"], event) for event in single))
    publish_all(PACK_SOURCE, ((PACKED, {"events": events}) for events in packs if len(events) > 1))


def _report(selection: Selection) -> None:
    for reason, number in selection.refused.items():
        logger.warning("Events are not put on the bus", extra={"reason": reason, "number": number})
        count("EventRefused", number, reason=reason)
    if selection.truncated:
        logger.warning("Events were too large and are truncated", extra={"number": selection.truncated})
        count("EventTruncated", selection.truncated)

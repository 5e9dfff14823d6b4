"""Publish events on the bus, for work that no caller waits for."""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from switchboard import aws
from switchboard.log import logger
from switchboard.settings import common

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ENTRIES_PER_REQUEST = 10
BYTES_PER_REQUEST = 256 * 1024
REQUESTS_AT_ONCE = 8


class BusError(Exception):
    """An event did not reach the bus."""


def publish(source: str, detail_type: str, detail: Mapping[str, Any]) -> None:
    """Put one event on the application's bus.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

    Parameters
    ----------
    source : str
        The feature, such as "switchboard.survey".
    detail_type : str
        What happened, such as "survey.completed".
    detail : Mapping[str, Any]
        What JSON can say, at most 256 KB in all. ``correlationId`` is added: the id of the webhook that led
        to the event, which the log lines of its processors carry as well.

    Raises
    ------
    BusError
        If EventBridge cannot be reached or refuses the event. The caller decides whether the event
        may be lost.
    """
    publish_all(source, [(detail_type, detail)])


def publish_all(source: str, events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Put several events on the application's bus, ten to a request and several requests at once.

    Parameters
    ----------
    source : str
        The feature.
    events : Iterable[tuple[str, Mapping[str, Any]]]
        What happened, and its detail, for each event.

    Raises
    ------
    BusError
        If one of them did not reach the bus. Others may have reached it: another try sends all again.
    """
    batches = list(_batches(_entry(source, *event) for event in events))
    if len(batches) <= 1:
        for entries in batches:
            _put(entries)
        return
    with ThreadPoolExecutor(REQUESTS_AT_ONCE) as workers:
        # Each request in a copy of this context, which holds the caller's deadline.
        sent = [workers.submit(copy_context().run, _put, entries) for entries in batches]
        for request in sent:
            request.result()


def _put(entries: "list[PutEventsRequestEntryTypeDef]") -> None:
    types = ", ".join(sorted({entry["DetailType"] for entry in entries}))
    try:
        answer = aws.client("events").put_events(Entries=entries)
    except aws.AwsError as error:
        raise BusError(f"{types}: {error}") from error
    # PutEvents answers 200 even for entries that it refused.
    if answer["FailedEntryCount"]:
        refused = next(entry for entry in answer["Entries"] if "ErrorCode" in entry)
        raise BusError(f"{types}: {refused.get('ErrorCode')}: {refused.get('ErrorMessage')}")


def size(detail_type: str, detail: Mapping[str, Any]) -> int:
    """Return an upper bound of the bytes that an event takes of a request's 256 KB."""
    return _size(detail_type, _text(detail))


def _size(detail_type: str, text: str) -> int:
    return len(text.encode()) + len(detail_type.encode()) + 100  # the source and the time


def _entry(source: str, detail_type: str, detail: Mapping[str, Any]) -> "PutEventsRequestEntryTypeDef":
    return {
        "Source": source,
        "DetailType": detail_type,
        "Detail": _text(detail),
        "EventBusName": common().event_bus_name,
    }


def _text(detail: Mapping[str, Any]) -> str:
    correlation_id = logger.get_correlation_id()
    correlated = {**detail, "correlationId": correlation_id} if correlation_id else detail
    return json.dumps(correlated, ensure_ascii=False, allow_nan=False)


def _batches(
    entries: Iterable["PutEventsRequestEntryTypeDef"],
) -> Iterator[list["PutEventsRequestEntryTypeDef"]]:
    batch: list[PutEventsRequestEntryTypeDef] = []
    filled = 0
    for entry in entries:
        length = _size(entry["DetailType"], entry["Detail"])
        if batch and (len(batch) == ENTRIES_PER_REQUEST or filled + length > BYTES_PER_REQUEST):
            yield batch
            batch, filled = [], 0
        batch.append(entry)
        filled += length
    if batch:
        yield batch

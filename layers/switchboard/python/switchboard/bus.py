"""Events onto the bus, for what a caller need not wait for."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from switchboard import aws
from switchboard.settings import common

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef


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
        What JSON can say, at most 256 KB in all.

    Raises
    ------
    BusError
        If EventBridge cannot be reached or refuses the event. Whether the event must not be lost is the
        caller's to decide.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    entry: PutEventsRequestEntryTypeDef = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail, ensure_ascii=False, allow_nan=False),
        "EventBusName": common().event_bus_name,
    }
    try:
        answer = aws.client("events").put_events(Entries=[entry])
    except (BotoCoreError, ClientError) as error:
        raise BusError(f"{detail_type}: {type(error).__name__}") from error
    # PutEvents answers 200 even for entries that it refused.
    if answer["FailedEntryCount"]:
        refused = answer["Entries"][0]
        raise BusError(f"{detail_type}: {refused.get('ErrorCode')}: {refused.get('ErrorMessage')}")

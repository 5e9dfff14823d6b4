"""CloudEvents: select those of a batch that go onto the bus, and pack the events of a large batch."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, Field

from event_stream.truncation import fit_to_bus
from switchboard.bus import size
from switchboard.inputs.errors import InputError
from switchboard.inputs.forms import OrNone
from switchboard.inputs.model import EventModel, parse
from switchboard.inputs.types import AccountSid

SOURCE: Final = "switchboard.event_stream"
"""The source of the bus events; their detail type is the type of the CloudEvent, their detail all of it."""

PACK_SOURCE: Final = "switchboard.event_stream.pack"
PACKED: Final = "events.packed"
"""Source and detail type of a bus event that holds many CloudEvents, for event_stream.unpack only."""

RawEvent = Mapping[str, Any]
"""A CloudEvent as Twilio sent it, which is how it goes onto the bus."""

_MAX_TYPE: Final = 128  # PutEvents takes no longer detail type
_PACK_BYTES: Final = 200_000
_PACK_EVENTS: Final = 500


def _check_type(text: str) -> str:
    if not 0 < len(text.encode()) <= _MAX_TYPE:
        raise ValueError(f"must have 1 to {_MAX_TYPE} bytes")
    return text


_NamedAccount = Annotated[AccountSid | None, OrNone()]


class _Payload(EventModel):
    """An object that may name its account, under either of two names."""

    model_config = ConfigDict(alias_generator=None)

    account_sid: _NamedAccount = None
    account_sid_in_camel_case: _NamedAccount = Field(None, alias="accountSid")


class _Data(_Payload):
    payload: Annotated[_Payload | None, OrNone()] = None


class CloudEvent(EventModel):
    """The fields that are read here: https://www.twilio.com/docs/events/event-delivery-structure."""

    type: Annotated[str, AfterValidator(_check_type)]
    data: Annotated[_Data | None, OrNone()] = None

    def accounts(self) -> set[str]:
        """Return the accounts that the event's data, or TaskRouter's payload in the data, name."""
        objects = (self.data, self.data and self.data.payload)
        named = {sid for one in objects if one for sid in (one.account_sid, one.account_sid_in_camel_case)}
        return {sid for sid in named if sid}


class Pack(EventModel):
    """The detail of a bus event that holds many CloudEvents."""

    events: tuple[RawEvent, ...]


@dataclass(frozen=True)
class Selection:
    """The result for a batch.

    Attributes
    ----------
    events : list
        The CloudEvents that go onto the bus.
    refused : Counter
        Number of those that do not, by reason: "form" (not a CloudEvent), "account" (another account's),
        "size" (too large for the bus in any form).
    truncated : int
        Number of events that had fields taken out.
    """

    events: list[RawEvent]
    refused: Counter[str]
    truncated: int


def select_events(batch: Sequence[Any], account_sid: str) -> Selection:
    """Return the events of a batch that the bus can carry; the others are counted and do not block them."""
    events: list[RawEvent] = []
    refused: Counter[str] = Counter()
    truncated = 0
    for item in batch:
        accounts = _read_accounts(item)
        if accounts is None:
            refused["form"] += 1
        elif accounts - {account_sid}:
            refused["account"] += 1
        else:
            event = fit_to_bus(item)
            if event is None:
                refused["size"] += 1
                continue
            truncated += event is not item
            events.append(event)
    return Selection(events, refused, truncated)


def _read_accounts(item: Any) -> set[str] | None:
    """Return the accounts that an event names; None if it is no CloudEvent."""
    if not isinstance(item, dict) or "type" not in item:
        return None  # A body may hold a million of these, which would take the model too long.
    try:
        return parse(CloudEvent, item).accounts()
    except InputError:
        return None


def pack(events: Sequence[RawEvent]) -> Iterator[list[RawEvent]]:
    """Yield the events in lists, each of which fits into one event of the bus, or holds a single event."""
    packed: list[RawEvent] = []
    filled = 0
    for event in events:
        length = size(event["type"], event)
        if packed and (len(packed) == _PACK_EVENTS or filled + length > _PACK_BYTES):
            yield packed
            packed, filled = [], 0
        packed.append(event)
        filled += length
    if packed:
        yield packed

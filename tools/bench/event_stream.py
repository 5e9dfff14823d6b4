"""The event streams' part of ``switchboard bench``: what a batch of Twilio's events costs."""

from local.platform import Platform
from tools.bench import requests
from tools.caller import Caller

HEADS = ("event streams", *requests.HEADS)

_SIZES = (1, 10, 100, 300)


def run(platform: Platform) -> list[tuple[str, ...]]:
    """Send batches of several sizes; more than 200 events are put on the bus after Twilio was answered."""
    caller = Caller(platform)

    def send(size: int) -> requests.Send:
        event = {
            "specversion": "1.0",
            "type": "com.twilio.bench",
            "data": {"account_sid": platform.account_sid, "text": "x" * 400},
        }
        batch = [event | {"id": f"EZ{number:032x}"} for number in range(size)]
        return lambda _: caller.signed_json("/eventstream", batch)

    return requests.table(
        caller, [(f"POST /eventstream: {size:,} events", "EventStreamReceive", send(size)) for size in _SIZES]
    )

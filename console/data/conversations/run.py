"""A run of the clean-up at once, as its schedule starts one."""

import json
import uuid
from datetime import UTC, datetime
from typing import Final

from console.context import Console

_FUNCTION: Final = "ChannelCleanupReleaseChannels"


def run_cleanup(console: Console) -> None:
    """Start a run of the clean-up, which releases what is due; it lasts longer than this call.

    Concurrent runs do not meet: each claims what it releases.
    """
    stack = console.stack
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "switchboard.console",
        "account": "",
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": stack.region,
        "resources": [],
        "detail": {},
    }
    stack.client("lambda").invoke(
        FunctionName=stack.physical(_FUNCTION), InvocationType="Event", Payload=json.dumps(event).encode()
    )

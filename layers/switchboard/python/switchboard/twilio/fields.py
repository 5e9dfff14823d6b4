"""Fields of twilio.rest's instances, which are typed as optional."""

from datetime import datetime
from typing import Final

from switchboard.timestamps import parse_iso_ms

LATEST: Final = 50
"""How many of the latest resources are looked through for one that was just created."""

CLOCK_SKEW_MS: Final = 5_000
"""How far Twilio's clock, in whole seconds, may be behind ours."""


def milliseconds(value: object) -> int | None:
    """Return a date as milliseconds since the epoch; None where there is none.

    twilio.rest leaves a text that it cannot read as it is; that counts as none, too.
    """
    return parse_iso_ms(value) if isinstance(value, datetime) else None

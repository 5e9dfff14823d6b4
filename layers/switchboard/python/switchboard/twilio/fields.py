"""Fields of twilio.rest's instances, which are typed as optional."""

from datetime import datetime

from switchboard.timestamps import parse_iso_ms


def milliseconds(value: object) -> int | None:
    """Return a date as milliseconds since the epoch; None where there is none.

    twilio.rest leaves a text that it cannot read as it is; that counts as none, too.
    """
    return parse_iso_ms(value) if isinstance(value, datetime) else None

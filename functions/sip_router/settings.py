"""What the SIP router's functions are told by their environment."""

from dataclasses import dataclass

from switchboard.settings import from_environment


@dataclass(frozen=True)
class SipSettings:
    """Settings of the SIP router.

    Attributes
    ----------
    sip_routes_table : str
        DynamoDB table of versions and of the live pointer.
    sip_routes_bucket : str
        S3 bucket that keeps the maps themselves, below ``sip-routes/``, and the seed, ``sip-routes.json``.
    routes_fresh_seconds : float
        How long a map in memory is used before the live pointer is read again.
    """

    sip_routes_table: str
    sip_routes_bucket: str
    routes_fresh_seconds: float = 5.0


def settings() -> SipSettings:
    """Return the settings of the SIP router."""
    found: SipSettings = from_environment(SipSettings)
    return found

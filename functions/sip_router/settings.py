"""Settings of the SIP router."""

from switchboard.settings import Settings, from_environment


class SipSettings(Settings):
    """Settings of the SIP router.

    Attributes
    ----------
    sip_routes_table : str
        DynamoDB table of versions and of the live pointer.
    sip_routes_bucket : str
        S3 bucket of the route tables, below ``sip-routes/``, and of the seed, ``sip-routes.json``.
    routes_fresh_seconds : float
        How long a route table in memory is used before the live pointer is read again.
    """

    sip_routes_table: str
    sip_routes_bucket: str
    routes_fresh_seconds: float = 5.0


def settings() -> SipSettings:
    """Return the settings of the SIP router."""
    return from_environment(SipSettings)

"""Parameters that many of Twilio's webhooks share."""

from __future__ import annotations

# Enough for the numbers that samples use; elsewhere Twilio's lookup, like this one, may know nothing.
_COUNTRIES = (
    ("+1", "US"),
    ("+30", "GR"),
    ("+31", "NL"),
    ("+33", "FR"),
    ("+34", "ES"),
    ("+39", "IT"),
    ("+44", "GB"),
    ("+49", "DE"),
    ("+52", "MX"),
    ("+55", "BR"),
    ("+61", "AU"),
    ("+81", "JP"),
    ("+91", "IN"),
)
API_VERSION = "2010-04-01"


def country(address: str) -> str:
    """Return the ISO country of a number, "" where that is unknown."""
    return next((name for prefix, name in _COUNTRIES if address.startswith(prefix)), "")


def geography(role: str, address: str) -> dict[str, str]:
    """Return FromCity, FromState, FromZip and FromCountry (or To…, Caller…, Called…).

    Twilio sends the names with empty values where it knows nothing, and they count in the signature.
    """
    return {f"{role}City": "", f"{role}State": "", f"{role}Zip": "", f"{role}Country": country(address)}

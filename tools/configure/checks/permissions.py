"""Geographic permissions: whether the countries that the file names may be called and texted.

https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource and
https://www.twilio.com/docs/messaging/guidelines/messaging-geo-permissions
"""

from collections.abc import Iterator
from typing import Any, Final

from switchboard.twilio.outcome import Refused
from tools.configure.checks.finding import Finding
from tools.configure.settings import Settings
from tools.stack.stack import Stack

_CHECK: Final = "permissions"


def check_permissions(stack: Stack, settings: Settings) -> Iterator[Finding]:
    """Look up each country's permissions for calls and messages."""
    if not settings.countries:
        text = "no countries are named in the file: whether they may be called and texted was not looked up"
        yield Finding(_CHECK, "countries", "note", text)
    for country in settings.countries:
        yield _calls(stack, country)
        yield _messages(stack, country)


def _calls(stack: Stack, country: str) -> Finding:
    try:
        found = stack.twilio.voice.v1.dialing_permissions.countries(country).fetch()
    except Refused as error:
        if error.status != 404:
            raise
        return Finding(_CHECK, country, "problem", "Twilio knows no such country for calls")
    if found.low_risk_numbers_enabled:
        return Finding(_CHECK, country, "ok", "may be called")
    text = "may not be called: allow it in the console (Voice, Settings, Geo permissions)"
    return Finding(_CHECK, country, "problem", text)


def _messages(stack: Stack, country: str) -> Finding:
    try:
        answer = stack.twilio.accounts.v1.messaging_geopermissions.fetch(country_code=country)
    except Refused as error:
        text = f"whether it may be texted cannot be read ({error.message}): see Messaging, Geo permissions"
        return Finding(_CHECK, country, "unknown", text)
    permissions: Any = answer.permissions or []
    named = [one for one in permissions if one.get("country_code") == country]
    if any(one.get("enabled") for one in named):
        return Finding(_CHECK, country, "ok", "may be texted")
    text = "may not be texted: allow it in the console (Messaging, Settings, Geo permissions)"
    return Finding(_CHECK, country, "problem", text)

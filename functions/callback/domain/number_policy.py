"""Which numbers are called back: no premium numbers, and no numbers that are not assigned.

A caller may leave any number. Numbers that share what a call costs with their owner are what fraud dials
(https://www.twilio.com/docs/glossary/what-is-toll-fraud), and so are ranges that no country has given out.
"""

from typing import Final

_FICTITIOUS: Final = ("+1555", "+447700900")
"""Ranges kept for examples and tests, also in Twilio's documentation: a call there fails and costs nothing.

The others of their kind, such as +1 202 555 0100, count as assigned.
"""

_UNIVERSAL_FREEPHONE: Final = 800


def refusal(number: str) -> str | None:
    """Return why a number is not called back, None where it may be.

    Parameters
    ----------
    number : str
        E.164.
    """
    if number.startswith(_FICTITIOUS):
        return None
    # Only the metadata of the number's own country are loaded.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "belongs to no country"
    if not phonenumbers.is_valid_number(parsed):
        return "is in no assigned range of numbers"
    kind = phonenumbers.PhoneNumberType
    costly = {
        kind.PREMIUM_RATE: "is a premium-rate number",
        kind.SHARED_COST: "is a shared-cost number",
        kind.PAGER: "is a pager",
        kind.VOICEMAIL: "is a mailbox",
    }
    problem = costly.get(phonenumbers.number_type(parsed))
    if problem is not None or phonenumbers.region_code_for_number(parsed) != "001":
        return problem
    # Satellites and other networks without a country; only the freephone numbers cost nothing.
    is_free = parsed.country_code == _UNIVERSAL_FREEPHONE
    return None if is_free else "is in a network that belongs to no country"

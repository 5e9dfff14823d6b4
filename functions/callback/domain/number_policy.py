"""The policy of numbers: premium-rate and unassigned numbers are not called back.

A caller may leave any number. Toll fraud uses numbers whose owner gets a share of the price of a call, and
ranges that no country has assigned (https://www.twilio.com/docs/glossary/what-is-toll-fraud).
The library's list of ranges is as old as the deployment, and countries open new ranges every month. So a
number that it does not know is refused only where its first digits or its length cannot be right.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

_FICTITIOUS: Final = ("+1555", "+447700900")
"""Ranges kept for examples and tests, also in Twilio's documentation: a call there fails and costs nothing.

The others of their kind, such as +1 202 555 0100, count as assigned.
"""

_UNIVERSAL_FREEPHONE: Final = 800
_NORTH_AMERICA: Final = 1

_AREA_CODE: Final = re.compile(r"[2-9](?!11)[0-8][0-9]")
"""Area codes of North America; N11 are service numbers, N9X are kept for longer numbers to come.

https://www.nanpa.com/numbering/area-codes
"""

_LENGTHS: Final = range(6, 14)
"""Lengths of the national numbers that are tried in a range."""


def refusal(number: str) -> str | None:
    """Return why a number is not called back; None if it is.

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
        return _refusal_of_unknown(parsed)
    problem = _cost(parsed)
    if problem is not None or phonenumbers.region_code_for_number(parsed) != "001":
        return problem
    # Satellites and other networks without a country; only the freephone numbers cost nothing.
    is_free = parsed.country_code == _UNIVERSAL_FREEPHONE
    return None if is_free else "is in a network that belongs to no country"


def is_assigned(number: str) -> bool:
    """Tell whether a number, E.164, is in a range that the library knows, or one for examples."""
    import phonenumbers

    if number.startswith(_FICTITIOUS):
        return True
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return False


def _cost(parsed: Any) -> str | None:
    """Return why calling a valid number would cost more or reach no telephone; None for a telephone."""
    from phonenumbers import PhoneNumberType as Kind
    from phonenumbers import number_type

    costly = {
        Kind.PREMIUM_RATE: "is a premium-rate number",
        Kind.SHARED_COST: "is a shared-cost number",
        Kind.PAGER: "is a pager",
        Kind.VOICEMAIL: "is a mailbox",
    }
    return costly.get(number_type(parsed))


def _refusal_of_unknown(parsed: Any) -> str | None:
    """Return why a number that the library does not know is not called back, by its first digits."""
    import phonenumbers

    national = phonenumbers.national_significant_number(parsed)
    unassigned = "is in no assigned range of numbers"
    has_country = phonenumbers.region_code_for_country_code(parsed.country_code) != "001"
    length = phonenumbers.is_possible_number_with_reason(parsed)
    if not has_country or length != phonenumbers.ValidationResult.IS_POSSIBLE:
        return unassigned
    costs = [_cost(near) for near in _valid_numbers(parsed.country_code, national[:3])]
    if costs and all(costs):
        return costs[0]
    if parsed.country_code == _NORTH_AMERICA:
        return None if _AREA_CODE.match(national) else unassigned
    return None if any(True for _ in _valid_numbers(parsed.country_code, national[:2])) else unassigned


def _valid_numbers(country_code: int, prefix: str) -> Iterator[Any]:
    """Yield some valid national numbers that begin with a prefix, if there are any."""
    import phonenumbers

    for length in _LENGTHS:
        for digit in "0123456789":
            national = int(prefix + digit * (length - len(prefix)))
            number = phonenumbers.PhoneNumber(country_code, national, None, prefix.startswith("0"))
            if phonenumbers.is_valid_number(number):
                yield number

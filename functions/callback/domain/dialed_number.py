"""A number that a caller types in, as it is dialed in the caller's country or with a country code."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from callback.domain import number_policy
from switchboard.inputs.types import PHONE_NUMBER

_INTERNATIONAL_PREFIXES: Final = ("011", "00")
"""Dialed where a plus sign is written, which no keypad has."""

_NO_COUNTRY: Final = "001"


def may_call(number: str) -> bool:
    """Tell whether a number can be called back."""
    return PHONE_NUMBER.matches(number) and number_policy.refusal(number) is None


def number_of(digits: str, called: str, wrong: str = "") -> str | None:
    """Return the number that digits stand for, E.164; None if no such number is called back.

    They are tried as they are dialed in the country of the called number, then with a country code. A number
    that is assigned goes before one that the library does not know; one that would cost more is refused.

    Parameters
    ----------
    digits : str
    called : str
        The number that the caller has called, E.164.
    wrong : str
        What the same digits were taken for, when the caller has not confirmed it.
    """
    domestic = _domestic(digits, called)
    if domestic is not None and number_policy.is_assigned(domestic) and not may_call(domestic):
        return None
    candidates = [domestic] if domestic else []
    candidates += [
        "+" + digits.removeprefix(prefix)
        for prefix in (*_INTERNATIONAL_PREFIXES, "")
        if digits.startswith(prefix)
    ]
    numbers = [number for number in candidates if may_call(number)]
    numbers.sort(key=lambda number: not number_policy.is_assigned(number))
    others = [number for number in numbers if number != wrong]
    return next(iter(others or numbers), None)


def country_of(number: str, language: str) -> str:
    """Return the name of a number's country in English, or in Spanish for Spanish; empty for none.

    Parameters
    ----------
    number : str
        E.164.
    language : str
        A BCP 47 language code.
    """
    import phonenumbers

    parsed: Any = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code)
    spoken = "es" if language.lower().partition("-")[0] == "es" else "en"
    return _country_names().get(region, {}).get(spoken, "")


def _domestic(digits: str, called: str) -> str | None:
    """Return the number that digits are in the country of the called number."""
    # Only the metadata of that country are loaded.
    import phonenumbers

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(called))
        parsed = phonenumbers.parse(digits, None if region == _NO_COUNTRY else region)
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@cache
def _country_names() -> dict[str, dict[str, str]]:
    """Return the names of countries, by ISO 3166-1; from CLDR, https://cldr.unicode.org."""
    content = files("callback.domain").joinpath("country_names.json").read_text("utf-8")
    return dict(json.loads(content))

"""Placeholders in prompts: ``Hello {name}`` with the fields that came with the request to start.

A placeholder is a name in braces: letters, digits, ``_`` and ``-``. Its value is the respondent's field of
that name, else the one that survey-config.json states under ``placeholders``. Where there is neither, and for
all other braces, the text stays as it is. Values are put in once: braces in a value are said as they are.
"""

import re
from collections.abc import Mapping
from typing import Final

from survey.domain.answers import clean

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,63})\}")
_MAX_CHARACTERS: Final = 300


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in.

    >>> fill_in("Hello {name}, {this} stays, and {} too.", {"name": "Ada {city}", "city": "Rome"})
    'Hello Ada {city}, {this} stays, and {} too.'
    """
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def placeholder_values(defaults: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return what placeholders stand for: a respondent's fields that are not blank, else the defaults.

    Values have no line breaks or control characters, and at most 300 characters.
    """
    given = {name: " ".join(clean(value).split())[:_MAX_CHARACTERS] for name, value in fields.items()}
    return {**defaults, **{name: value for name, value in given.items() if value}}


def placeholders_in(text: str) -> frozenset[str]:
    """Return the names of the placeholders of a text."""
    return frozenset(_PLACEHOLDER.findall(text))

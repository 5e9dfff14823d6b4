"""Texts that XML, DynamoDB, Twilio and spreadsheets take."""

import re
from typing import Final

# Characters that no XML 1.0 document may hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def xml_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold.

    One of them, say in a name that is read back, would make Twilio reject a TwiML document.
    """
    return _NOT_XML.sub("", text)


def replace_lone_surrogates(text: str) -> str:
    """Return a text with U+FFFD in the place of each half of a surrogate pair.

    JSON allows half a pair, but UTF-8 cannot encode it.
    """
    return _LONE_SURROGATE.sub("\ufffd", text)


def spreadsheet_text(text: str) -> str:
    """Return a text as that of a cell that no spreadsheet calculates.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, as
    https://owasp.org/www-community/attacks/CSV_Injection advises; a number is none.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def truncate_utf16(text: str, units: int) -> str:
    """Return the longest beginning of a text that takes up at most so many UTF-16 code units.

    Twilio counts a message's length in UTF-16 code units: a character outside the Basic Multilingual Plane,
    such as most emoji, counts as two.
    """
    return text.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore")

"""How many SMS segments a text needs, https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding."""

from __future__ import annotations

LONGEST_BODY = 1600
"""UTF-16 code units; Twilio refuses a longer body with error 21617."""

_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_ESCAPED = frozenset("^{}\\[~]|€\f")


def utf16_units(body: str) -> int:
    """Return the length of a text as Twilio counts it: most emoji count as two."""
    return len(body.encode("utf-16-le", "replace")) // 2


def segments(body: str) -> int:
    """Return how many segments a text needs: in GSM-7 where it has every character, else in UCS-2."""
    if all(character in _GSM_7 or character in _GSM_7_ESCAPED for character in body):
        length = sum(2 if character in _GSM_7_ESCAPED else 1 for character in body)
        alone, joined = 160, 153
    else:
        length = utf16_units(body)
        alone, joined = 70, 67
    return 1 if length <= alone else -(-length // joined)

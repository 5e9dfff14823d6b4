"""Spellings of a text: without invisible characters, without case, without punctuation, without accents.

Each function of `STEPS` is applied to what the one before it returned. Applied a second time, none of them
changes anything.

https://www.unicode.org/reports/tr15/ (normalization),
https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt (invisible characters),
https://www.unicode.org/Public/UCD/latest/ucd/SpecialCasing.txt (case in Turkish, Azeri and Lithuanian)
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# Default_Ignorable_Code_Point in two halves: what no script needs, and what some scripts and emoji need to be
# displayed as they were typed: joiners, directions of writing, variation selectors, the tags of flags.
_NEVER_NEEDED: Final = (
    "\u00ad\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_NEEDED_FOR_DISPLAY: Final = (
    "\u034f\u061c\u180b-\u180f\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e0fff"
)
_DROPPED: Final = re.compile(f"[{_NEVER_NEEDED}]")
_IGNORABLE: Final = re.compile(f"[{_NEVER_NEEDED}{_NEEDED_FOR_DISPLAY}]")

_WITH_DOTLESS_I: Final = frozenset({"tr", "tur", "az", "aze"})
_DOTTED_AND_DOTLESS: Final = str.maketrans("\u0130I", "i\u0131")
_DOT_ABOVE_I: Final = re.compile("(?<=[ij])(\u0328?)\u0307")
_LETTER: Final = re.compile(r"[^\W_]")
_NO_LETTER: Final = re.compile(r"[\W_]")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_FRACTION_AFTER_DIGIT: Final = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e])")
_SKIN_TONE: Final = re.compile("[\U0001f3fb-\U0001f3ff]")

_ALPHABETS_WITHOUT_JOINERS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "COMBINING"})
_LATIN_WITHOUT_DECOMPOSITION: Final = str.maketrans(
    {**dict(zip("đðəħıłøŧ", "ddehilot", strict=True)), "æ": "ae", "œ": "oe"}
)
_STRESS: Final = "\u0300\u0301"
_DIAERESIS: Final = "\u0308"
_CYRILLIC_MARKS: Final = dict.fromkeys("аиоуыэюяіє", _STRESS) | {"\u0435": _STRESS + _DIAERESIS}
_HEBREW_POINTS: Final = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_ARABIC_POINTS: Final = "\u0640\u064b-\u0652\u0670"
_VOWEL_POINTS: Final = re.compile(f"[{_HEBREW_POINTS}{_ARABIC_POINTS}]")
_OF_ALEF: Final = frozenset("\u0653\u0654\u0655")


def visible(text: str) -> str:
    """Return `text` without control characters, and without the invisible ones that its script does not need.

    >>> visible("ye\u200bs")
    'yes'
    """
    text = _DROPPED.sub("", _CONTROL.sub("", text))
    if not _IGNORABLE.search(text):
        return text
    if not any(map(_may_need_invisible, text)):
        return _IGNORABLE.sub("", text)
    return text if _IGNORABLE.sub("", text).strip() else ""


def as_typed(text: str, _language: str = "") -> str:
    """Return `text` without control and invisible characters, its words separated by single spaces (NFC)."""
    if text.isascii():
        return " ".join(_CONTROL.sub("", text).split())
    shown = _IGNORABLE.sub("", _CONTROL.sub("", text))
    return " ".join(unicodedata.normalize("NFC", shown).split())


def without_case(text: str, language: str) -> str:
    """Return `text` in lower case by the language's rules (NFKC), with digits of any script as ASCII digits.

    >>> without_case("EVET, HAYIR", "tr-TR") == "evet, hay\u0131r", without_case("\uff2f\uff2b \u0663", "en")
    (True, 'ok 3')
    """
    primary = primary_language(language)
    if text.isascii() and not ("I" in text and primary in _WITH_DOTLESS_I):
        return text.lower()
    # Case folding can undo a normalization, so that the two alternate (Unicode, chapter 3, D145 to D147).
    before = None
    while before != text:
        before = text
        text = plain_digits(text)
        if primary in _WITH_DOTLESS_I:
            text = text.translate(_DOTTED_AND_DOTLESS)
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
        if primary == "lt":
            text = _DOT_ABOVE_I.sub(r"\1", unicodedata.normalize("NFD", text))
        text = as_typed(text)
    return text


def without_punctuation(text: str, _language: str = "") -> str:
    """Return the words of `text`, separated by single spaces; of a text without words, its symbols.

    >>> without_punctuation("«don't know!»"), without_punctuation("👍🏽!")
    ('don t know', '👍')
    """
    spaces = {ord(other): " " for other in set(_NO_LETTER.findall(text)) if not _is_mark(other)}
    words = text.translate(spaces).split()
    # A mark without a letter before it was an accent in place of a quotation mark.
    found = " ".join(word[letter.start() :] for word in words if (letter := _LETTER.search(word)))
    if found:
        return found
    symbols = "".join(character for character in text if unicodedata.category(character)[0] not in "PZ")
    return _SKIN_TONE.sub("", symbols) or text


def without_accents(text: str, _language: str = "") -> str:
    """Return `text` without the marks that people leave out when they type: accents, vowel points, stress.

    They are the marks of Latin and Greek letters, the stress and the dots of yo in Cyrillic, the vowel points
    of Hebrew and Arabic. In other scripts, such as Thai, Devanagari or kana, a mark makes another word.

    >>> without_accents("đúng hôtel"), without_accents("ข้าว が")
    ('dung hotel', 'ข้าว が')
    """
    if text.isascii():
        return text
    kept: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFD", text).translate(_LATIN_WITHOUT_DECOMPOSITION):
        if _is_left_out(character, base):
            continue
        if not unicodedata.category(character).startswith("M"):
            base = character
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


STEPS: Final[tuple[Callable[[str, str], str], ...]] = (
    as_typed,
    without_case,
    without_punctuation,
    without_accents,
)
"""The spellings by which texts are compared, from the finest to the coarsest."""


def plain_digits(text: str) -> str:
    """Return `text` (NFKC) with digits of any script as ASCII digits, without invisible characters."""
    if text.isascii():
        return text
    # NFKC would make 12\u00bd the number 121 over 2.
    apart = _FRACTION_AFTER_DIGIT.sub(" ", _IGNORABLE.sub("", text))
    plain = unicodedata.normalize("NFKC", apart)
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), plain)


def primary_language(language: str) -> str:
    """Return the language itself of a BCP 47 code: ``es`` of ``es-MX``."""
    return language.partition("-")[0].lower()


def _may_need_invisible(character: str) -> bool:
    if character.isascii() or _IGNORABLE.match(character):
        return False
    category = unicodedata.category(character)
    # The first word of a letter's name is its script. Symbols are emoji.
    alphabet = unicodedata.name(character, "").partition(" ")[0]
    return category in {"So", "Sk", "Me", "Cn"} or (
        category[0] in "LM" and alphabet not in _ALPHABETS_WITHOUT_JOINERS
    )


def _is_mark(character: str) -> bool:
    """Tell whether a character is a part of the letter before it, but does not enclose it."""
    return unicodedata.category(character) in {"Mn", "Mc"}


def _is_left_out(character: str, base: str) -> bool:
    if _VOWEL_POINTS.match(character):
        return True
    if not base or not unicodedata.combining(character):
        return False
    if base == "\u0627":
        return character in _OF_ALEF
    alphabet = unicodedata.name(base, "").partition(" ")[0]
    if alphabet == "CYRILLIC":
        return character in _CYRILLIC_MARKS.get(base, "")
    return alphabet in {"LATIN", "GREEK"}

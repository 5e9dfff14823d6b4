"""Numbers as people say and write them: ``5``, ``five``, ``un cinco``, ``4 out of 5``.

Words become digits with text2num.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from text_to_num import alpha2digit

from survey.domain.language.matching import matches
from survey.domain.language.qualifiers import is_qualified, mark_fractions, with_decimals
from survey.domain.language.spelling import plain_digits, primary_language

_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
_OF_A_SCALE = re.compile(r"^\D*?(\d+)\s*(?:/|out of|of|de|sobre)\s*(\d+)\D*$", re.IGNORECASE)
_QUOTATION_MARK = re.compile(r"(?<!\w)['\u2018\u2019]|['\u2018\u2019](?!\w)")

# Words that count as numbers alone but are articles within a sentence.
_ARTICLES: Mapping[str, tuple[str, ...]] = {
    "es": ("un", "una"),
    "pt": ("um", "uma"),
    "fr": ("un", "une"),
    "it": ("un", "una"),
    "de": ("ein", "eine"),
    "nl": ("een",),
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Amount:
    """The one number of a text in digits (``12``, ``12.5``, ``12,5``), and the text before and after it."""

    digits: str
    before: str = ""
    after: str = ""


def number_in(
    text: str,
    language: str,
    words: Mapping[int, Collection[str]] | None = None,
    maximum: int | None = None,
) -> int | None:
    """Return the one whole number that `text` states, or None where it states none or several.

    Parameters
    ----------
    text : str
        A reply, spoken or written.
    language : str
        BCP 47 code; text2num knows en, es, fr, pt, de, it, nl and da. In others digits and `words` count.
    words : mapping, optional
        Words that stand for each number when they are the whole reply: homophones (``too``), slang.
    maximum : int, optional
        Upper end of the question's scale, so that ``4 out of 5`` is understood.
    """
    found = amount_in(text, language, words, maximum, reads_decimals=False)
    return int(found.digits) if found is not None and found.digits.isdecimal() else None


def amount_in(
    text: str,
    language: str,
    words: Mapping[int, Collection[str]] | None = None,
    maximum: int | None = None,
    *,
    reads_decimals: bool = True,
) -> Amount | None:
    """Return the one number that `text` states, with decimals: ``12.5``, ``twelve and a half``.

    A text that states no number for certain (``not 5``, ``at least 5``, ``10-15``, ``minus 3``) states none.
    """
    written = plain_digits(text)[:_LONGEST]
    articles = _ARTICLES.get(primary_language(language), ())
    for meanings in (words or {}, {1: articles}):
        numbers = matches(written, meanings, language)
        if len(numbers) == 1:
            return Amount(str(numbers[0]))
    marked = mark_fractions(written, language)
    digits = in_digits(_without_articles(marked, articles), language)
    return _single(with_decimals(digits, language) if reads_decimals else digits, language, maximum)


def in_digits(text: str, language: str) -> str:
    """Return `text` with the numbers that are spelled out in this language put in digits.

    >>> in_digits("twenty five", "en-US")
    '25'
    """
    if not any(character.isalpha() for character in text):
        return text
    text = _QUOTATION_MARK.sub(" ", text)
    primary = primary_language(language)
    if primary == "es":
        text = re.sub(r"\w+", lambda word: _ACCENTED.get(word.group().lower(), word.group()), text)
    try:
        return str(alpha2digit(text, primary, threshold=0))
    except ValueError:  # a language that text2num does not know
        return text


# Spanish as it is typed on a phone, without accents; text2num wants them.
_ACCENTED = {
    "dieciseis": "dieciséis",
    "veintidos": "veintidós",
    "veintitres": "veintitrés",
    "veintiseis": "veintiséis",
    "veintiun": "veintiuno",
}


def _without_articles(text: str, articles: Collection[str]) -> str:
    if not articles:
        return text
    # "treinta y un" is a number, "un cinco" is a five, and "un (minuto) y medio" is one and a half.
    return re.sub(rf"(?i)(?<!\by )\b(?:{'|'.join(articles)})\b(?!\s+(?:y|e|et|und|en)\s)", " ", text)


def _single(text: str, language: str, maximum: int | None) -> Amount | None:
    scale = _OF_A_SCALE.match(text)
    if scale and maximum is not None and int(scale.group(2)) == maximum:
        numerals = [scale.group(1)]
        places = [(scale.start(1), scale.end(2))]
    else:
        found = list(_NUMERAL.finditer(text))
        numerals = sorted({numeral.group() for numeral in found})
        places = [numeral.span() for numeral in found]
    if len(numerals) != 1 or any(is_qualified(text[:start], text[end:], language) for start, end in places):
        return None
    start, end = places[0]
    return Amount(numerals[0], text[:start], text[end:])

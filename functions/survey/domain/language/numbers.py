"""Numbers as people say and write them: ``5``, ``five``, ``un cinco``, ``4 out of 5``.

Words become digits with text2num.
"""

import re
from collections.abc import Collection, Mapping

from text_to_num import alpha2digit

from survey.domain.language.matching import matches
from survey.domain.language.spelling import plain_digits, primary_language

_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
_OF_A_SCALE = re.compile(r"^\D*?(\d+)\s*(?:/|out of|of|de|sobre)\s*(\d+)\D*$", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|\W)(?:-|\u2212|\u2013|minus |negative |menos )\s*$", re.IGNORECASE)
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
    written = plain_digits(text)[:_LONGEST]
    articles = _ARTICLES.get(primary_language(language), ())
    for meanings in (words or {}, {1: articles}):
        numbers = matches(written, meanings, language)
        if len(numbers) == 1:
            return numbers[0]
    return _single(in_digits(_without_articles(written, articles), language), maximum)


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
    # "treinta y un" is a number, "un cinco" is a five.
    return re.sub(rf"(?i)(?<!\by )\b(?:{'|'.join(articles)})\b", " ", text)


def _single(text: str, maximum: int | None) -> int | None:
    scale = _OF_A_SCALE.match(text)
    if scale and maximum is not None and int(scale.group(2)) == maximum:
        return int(scale.group(1))
    numerals = list(_NUMERAL.finditer(text))
    if not numerals or len({numeral.group() for numeral in numerals}) > 1:
        return None
    first = numerals[0]
    if not first.group().isdecimal() or _MINUS.search(text[: first.start()]):
        return None
    return int(first.group())

"""Numbers as people say and write them: ``5``, ``five``, ``un cinco``, ``4 out of 5``.

Words become digits with text2num.
"""

import re
import unicodedata
from collections.abc import Mapping

from text_to_num import alpha2digit

_NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
_OF_A_SCALE = re.compile(r"^\D*?(\d+)\s*(?:/|out of|of|de|sobre)\s*(\d+)\D*$", re.IGNORECASE)
_MINUS = re.compile(r"(?:^|\s)(?:-|\u2212|\u2013|minus |negative |menos )\s*$", re.IGNORECASE)

# Words that count as numbers alone but are articles within a sentence.
_ARTICLES: Mapping[str, Mapping[str, str]] = {
    "es": {"un": "1", "una": "1"},
    "pt": {"um": "1", "uma": "1"},
    "fr": {"un": "1", "une": "1"},
    "it": {"un": "1", "una": "1"},
    "de": {"ein": "1", "eine": "1"},
    "nl": {"een": "1"},
}
_LONGEST = 200


def normalize(text: str) -> str:
    """Return `text` without case, accents and punctuation, words separated by single spaces.

    >>> normalize("  ¡Español!  Sí. ")
    'espanol si'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    letters = (
        character if character.isalnum() else " "
        for character in decomposed
        if not unicodedata.combining(character)
    )
    return " ".join("".join(letters).casefold().split())


def number_in(
    text: str, language: str, words: Mapping[str, int] | None = None, maximum: int | None = None
) -> int | None:
    """Return the one whole number that `text` states, or None where it states none or several.

    Parameters
    ----------
    text : str
        A reply, spoken or written.
    language : str
        BCP 47 code; text2num knows en, es, fr, pt, de, it, nl and da. In others digits and `words` count.
    words : mapping, optional
        Normalized words that stand for a number when they are the whole reply: homophones (``too``), slang.
    maximum : int, optional
        Upper end of the question's scale, so that ``4 out of 5`` is understood.
    """
    written = plain_digits(text[:_LONGEST])
    normalized = normalize(written)
    if words and normalized in words:
        return words[normalized]
    articles = _ARTICLES.get(language.partition("-")[0].lower(), {})
    if normalized in articles:
        return int(articles[normalized])
    return _single(in_digits(_without_articles(written, articles), language), maximum)


def in_digits(text: str, language: str) -> str:
    """Return `text` with the numbers that are spelled out in this language put in digits.

    >>> in_digits("twenty five", "en-US")
    '25'
    """
    if not any(character.isalpha() for character in text):
        return text
    primary = language.partition("-")[0].lower()
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


def plain_digits(text: str) -> str:
    """Return `text` with full-width, superscript and other scripts' digits as ASCII digits."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(character, character)) for character in plain)


def _without_articles(text: str, articles: Mapping[str, str]) -> str:
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

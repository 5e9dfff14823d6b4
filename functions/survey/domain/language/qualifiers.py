"""Words and signs around a number that change what it states: ``and a half``, ``minus``, ``not``.

``not`` before a choice denies it, too.
"""

import functools
import re
from dataclasses import dataclass
from typing import Final

from survey.domain.language.spelling import primary_language

HALF, QUARTER, THIRD = "\u00bd", "\u00bc", "\u2153"


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """The words of a language, each field a regular expression.

    Attributes
    ----------
    joins, articles, threes, halves, quarters, thirds : str
        What fractions are made of: ``and``, ``a``, ``three``, ``half``, ``quarter``, ``third``.
    bounds, bounds_after : str
        What makes a number the end of a range: ``less than``; ``or more``.
    negations, between : str
        ``not``, and the words that may stand between it and the number or the choice that it denies.
    multiples : str
        What multiplies a number before it: ``dozen``.
    """

    joins: str
    articles: str
    threes: str
    halves: str
    quarters: str
    negations: str
    between: str
    multiples: str
    thirds: str = "(?!)"
    bounds: str = "(?!)"
    bounds_after: str = "(?!)"


_LANGUAGES: Final = {
    "en": Qualifiers(
        joins="and",
        articles="an?|one",
        threes="three|3",
        halves="half|halves",
        quarters="quarters?",
        thirds="thirds?",
        negations=r"not(?: so)?|never|cannot|\w+n['\u2019]t|dont|isnt|wasnt|wouldnt|cant",
        between="an?|the|even|quite|really|very|too|exactly|be|is|say|it|its|it's|that|think|as|give|rate|call|worth",
        bounds="(?:less|more|fewer|greater|lower|higher) than|at (?:least|most)|up to|over|under|above|below",
        bounds_after="plus|or (?:more|less|fewer|over|under|above|below)",
        multiples="dozens?|k",
    ),
    "es": Qualifiers(
        joins="y",
        articles="una?|uno",
        threes="tres|3",
        halves="medi[oa]s?|mitad",
        quarters="cuartos?",
        thirds="tercios?",
        negations="no|nunca|ni|tampoco",
        between="es|era|fue|sea|una?|el|le|lo|doy|dar[ií]a|pondr[ií]a|dir[ií]a|creo|que|llega|a|al|siquiera",
        bounds="(?:menos|m[aá]s) de|(?:menor|mayor) (?:que|a|de)|(?:al|por lo) menos|hasta"
        "|como (?:mucho|m[aá]ximo)",
        bounds_after="o (?:m[aá]s|menos)",
        multiples="docenas?|k",
    ),
    "fr": Qualifiers(
        "et",
        "une?",
        "trois|3",
        "demie?s?|moitié",
        "quarts?",
        "pas|jamais",
        "une?|le|vraiment",
        "douzaines?|k",
    ),
    "pt": Qualifiers(
        "e", "uma?", "tr[eê]s|3", "mei[oa]s?|metade", "quartos?", "n[aã]o|nunca", "é|uma?|o", "d[uú]zias?|k"
    ),
    "it": Qualifiers(
        "e", "un[ao]?", "tre|3", "mezz[oa]", "quart[oi]", "non|mai", "è|un[ao]?|il", "dozzin[ae]|k"
    ),
    "de": Qualifiers(
        "und",
        "eine?",
        "drei|3",
        "einhalb|halbe?[rns]?|hälfte",
        "viertel",
        "nicht|keine?|nie",
        "eine?|die|mal|ganz",
        "dutzend|k",
    ),
    "nl": Qualifiers(
        "en", "een|één", "drie|3", "half|halve|helft", "kwart", "niet|geen|nooit", "een|de|echt", "dozijn|k"
    ),
    "da": Qualifiers("og", "en|et", "tre|3", "halv[te]?", "kvart", "ikke|ingen|aldrig", "en|et", "dusin|k"),
}
_NONE: Final = Qualifiers(*["(?!)"] * 8)
_BEFORE: Final = r"(?<![^\W\d])"
_TYPED_FRACTION: Final = re.compile(
    r"(?<![\d.,/\u2044])(?:(\d{1,12})\s+)?([13])[/\u2044]([24])(?![\d/\u2044])"
)
_PARTS: Final = {("1", "2"): ".5", ("1", "4"): ".25", ("3", "4"): ".75"}
_MINUS: Final = re.compile(
    r"(?:^|\W)(?:-|\u2212|\u2013|[<>\u2264\u2265]=?|(?:minus|negative|(?<!o )menos|moins|meno)\s)\s*$",
    re.IGNORECASE,
)
_APOSTROPHE: Final = r"\1'\2"
_SHORTENED: Final = re.compile(r"\b(\w+n|it) (t|s)\b", re.IGNORECASE)
_LEFT_OVER: Final = re.compile(f"[{HALF}{QUARTER}{THIRD}\u2044]")


def mark_fractions(text: str, language: str) -> str:
    """Return a text with the words for fractions as signs, before text2num takes some of them for ordinals.

    >>> mark_fractions("doce y cuarto", "es-MX") == "doce y \u00bc"
    True
    """
    if not any(character.isalpha() for character in text):  # most replies; patterns take a while to compile
        return text
    halves, quarters, thirds = _patterns(primary_language(language))[:3]
    return thirds.sub(rf"\1{THIRD}", quarters.sub(rf"\1{QUARTER}", halves.sub(HALF, text)))


def with_decimals(text: str, language: str) -> str:
    """Return a text whose numbers are in digits with its halves and quarters as decimals.

    >>> with_decimals("12 and a \u00bd", "en-US"), with_decimals("12 1/2", "en-US")
    ('12.5', '12.5')
    """

    def typed(found: re.Match[str]) -> str:
        whole, above, below = found.groups()
        part = _PARTS.get((above, below))
        # "1/2" alone may be one of two.
        is_read = part and (whole or "\u2044" in found.group())
        return f"{whole or 0}{part}" if is_read else found.group()

    def spoken(found: re.Match[str]) -> str:
        if found["join"] and not found["whole"]:
            return found.group()
        whole = found["whole"] or "0"
        part = ".5" if found["part"] == HALF else ".25"
        if found["three"]:
            if found["part"] == HALF:
                return found.group()
            part = ".75"
        return (whole if whole.isdigit() else "1") + part

    text = _TYPED_FRACTION.sub(typed, text)
    if HALF not in text and QUARTER not in text:
        return text
    return _patterns(primary_language(language))[3].sub(spoken, text)


def is_qualified(before: str, after: str, language: str) -> bool:
    """Tell whether the text around a number makes it another number, or none for certain."""
    if not (before + after).strip():
        return False
    if _LEFT_OVER.search(before + after) or _MINUS.search(before) or re.match(r"\s*\+", after):
        return True
    denied, following = _patterns(primary_language(language))[4:6]
    return bool(denied.search(before) or following.match(after))


def is_denied(before: str, language: str) -> bool:
    """Tell whether the words before another one deny it.

    Parameters
    ----------
    before : str
        Words with single spaces between them, without punctuation.

    >>> is_denied("it isn t", "en-US"), is_denied("not so", "en-US"), is_denied("i do not mind", "en-US")
    (True, True, False)
    """
    return bool(_patterns(primary_language(language))[6].search(f"{_SHORTENED.sub(_APOSTROPHE, before)} "))


@functools.lru_cache(maxsize=16)
def _patterns(primary: str) -> tuple[re.Pattern[str], ...]:
    words = _LANGUAGES.get(primary, _NONE)
    denial = rf"(?:{words.negations})\s+(?:(?:{words.between})\s+){{0,4}}"
    determiner = rf"({_BEFORE}(?:{words.joins}|{words.articles}|{words.threes}|\d+)\s+)"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"{_BEFORE}(?:{words.halves})\b",
            rf"{determiner}(?:{words.quarters})\b",
            rf"({_BEFORE}(?:{words.articles}|{words.joins}|two|dos|[12])\s+)(?:{words.thirds})\b",
            rf"(?:(?<![\d.,\w])(?P<whole>\d{{1,12}}|{words.articles})\s+(?=(?:{words.joins})\s))?"
            rf"(?:{_BEFORE}(?P<join>{words.joins})\s+)?"
            rf"(?:{_BEFORE}(?:{words.articles}|(?<!\d)1)\s+|(?<![\d.,])(?P<three>3)\s+)?(?<!\d)(?P<part>[{HALF}{QUARTER}])",
            rf"{_BEFORE}(?:(?:{words.bounds})\s+(?:(?:{words.articles})\s+)?"
            rf"|{denial})$",
            rf"\s*(?:{words.multiples}|{words.bounds_after})\b",
            rf"{_BEFORE}{denial}$",
        )
    )

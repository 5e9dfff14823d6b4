"""Dates as people say, type and press them: ``5 March 2024``, ``3/5/24``, ``03052024``.

An answer is recorded as YYYY-MM-DD. A year is needed; a year of two digits is read as POSIX does, 69 to 99 as
of the twentieth century.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, Literal

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question
from survey.domain.forms.form import AnswerForm, GatherOptions, fill
from survey.domain.language.numbers import in_digits
from survey.domain.language.spelling import plain_digits, primary_language, without_accents, without_case

Order = Literal["MDY", "DMY", "YMD"]

ORDERS: Final[tuple[Order, ...]] = ("MDY", "DMY", "YMD")
KEYS: Final = 8
"""Keys of a date that is pressed."""

_EARLIEST_YEAR: Final = 1850
_SHORTEST: Final = 3
"""Letters of the shortest abbreviation of a month."""

_YEAR_FIRST: Final = frozenset({"zh", "cmn", "yue", "ja", "ko", "hu", "lt", "sv"})
_MONTH_FIRST: Final = frozenset({"en-us", "en"})
_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ème|e|º|ª|°|\.)(?!\w)", re.IGNORECASE)

# The months from January on, without accents.
_MONTHS: Final[Mapping[str, str]] = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre "
    "diciembre",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "de": "januar|janner februar|feber marz|maerz april mai juni juli august september oktober november "
    "dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart|mrt april mei juni juli augustus september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
}


def date_order(prompts: Prompts) -> Order:
    """Return the order of day, month and year: the prompt ``dateOrder``, else that of the language."""
    given = prompts.text("dateOrder").strip().upper()
    for order in ORDERS:
        if given == order:
            return order
    language = prompts.spoken_language
    if language.lower() in _MONTH_FIRST:
        return "MDY"
    return "YMD" if primary_language(language) in _YEAR_FIRST else "DMY"


def month_names(prompts: Prompts) -> tuple[tuple[str, ...], ...]:
    """Return the names of the twelve months: the prompt ``monthNames``, else those of the language.

    ``monthNames`` lists them from January on, separated by commas: ``leden|ledna,únor|února,…``.
    Without either, dates are read in figures only.
    """
    given = [name for name in prompts.text("monthNames").split(",") if name.strip()]
    names = given or _MONTHS.get(primary_language(prompts.language), "").split()
    return tuple(tuple(one.strip() for one in name.split("|")) for name in names)


def _check_date(_question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = plain_digits(reply.cleaned().text)
    order = date_order(prompts)
    if reply.source == "dtmf" or re.fullmatch(r"\d{8}", text):
        return _pressed(text.strip("#*"), order)
    found = re.fullmatch(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})\s*\.?", text)
    if found:
        # 2024-03-05 is written so everywhere.
        return _date(found.groups(), "YMD" if len(found[1]) == 4 else order)
    return _in_words(text, prompts)


def _pressed(digits: str, order: Order) -> str | None:
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    parts = []
    for letter in order:
        length = 4 if letter == "Y" else 2
        parts.append(digits[:length])
        digits = digits[length:]
    return _date(tuple(parts), order)


def _date(parts: tuple[str | None, ...], order: Order) -> str | None:
    by_letter = dict(zip(order, (int(part or 0) for part in parts), strict=True))
    year_text = parts[order.index("Y")] or ""
    return _valid(_full_year(by_letter["Y"], len(year_text)), by_letter["M"], by_letter["D"])


def _full_year(year: int, digits: int) -> int:
    if digits > 2:
        return year
    return year + (1900 if year >= 69 else 2000)


def _valid(year: int, month: int, day: int) -> str | None:
    if year < _EARLIEST_YEAR:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _in_words(text: str, prompts: Prompts) -> str | None:
    """Return the date of a text that names the month."""
    language = prompts.language
    words = re.findall(r"[^\W\d_]+|\d+", without_case(_ORDINAL.sub(" ", text), language))
    months = [
        {without_accents(without_case(name, language)) for name in names} for names in month_names(prompts)
    ]
    plain = [without_accents(word) for word in words]
    # "Sept" is seven in French, "set" is September in Italian: a whole name comes first.
    found = _named(plain, months) or _named(
        [word if in_digits(word, language) == word else "" for word in plain],
        months,
        is_short=True,
    )
    if len(found) != 1:
        return None
    number, places = next(iter(found.items()))
    rest = " ".join("," if place in places else word for place, word in enumerate(words))
    return _day_and_year(in_digits(rest, language), number)


def _named(words: list[str], months: list[set[str]], *, is_short: bool = False) -> dict[int, set[int]]:
    """Return the months that are named, by number from 1, with the places of the words that name them."""
    found: dict[int, set[int]] = {}
    for number, names in enumerate(months, start=1):
        for place, word in enumerate(words):
            begins = is_short and len(word) >= _SHORTEST and any(name.startswith(word) for name in names)
            if word in names or begins:
                found.setdefault(number, set()).add(place)
    return found


def _day_and_year(text: str, month: int) -> str | None:
    numbers = re.findall(r"\d+", _ORDINAL.sub(" ", text))
    if len(numbers) == 3:  # "five, twenty twenty-four", "nineteen ninety-nine, four"
        first, second, third = numbers
        numbers = [first, second + third] if len(second) == len(third) == 2 else [first + second, third]
    if len(numbers) != 2:
        return None
    day, year = sorted(numbers, key=len) if len(numbers[0]) != len(numbers[1]) else numbers
    return _valid(_full_year(int(year), len(year)), month, int(day))


def _explain_date(_question: Question, prompts: Prompts, medium: Medium) -> str:
    order = date_order(prompts)
    example = {"MDY": "12/31/2025", "DMY": "31/12/2025", "YMD": "2025-12-31"}[order]
    return fill(
        prompts.text("wrongAnswerDate", medium), order=prompts.text(f"dateOrder{order}"), example=example
    )


DATE: Final = AnswerForm(
    _check_date, _explain_date, lambda _question, prompts: GatherOptions(KEYS, prompts.speech_language)
)

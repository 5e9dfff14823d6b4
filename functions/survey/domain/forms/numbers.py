"""Answers that are numbers: keys, a range, a scale with labels, an amount with a unit."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question
from survey.domain.forms.choices import choice_words
from survey.domain.forms.form import AnswerForm, GatherOptions, Option, fill, hints, number_words
from survey.domain.language.matching import matches, undenied_mentions
from survey.domain.language.numbers import amount_in, in_digits, number_in
from survey.domain.language.spelling import plain_digits, primary_language, without_punctuation
from survey.domain.language.units import has_other_unit, same_unit

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_GROUP: Final = r"(?<=\d)[{marks}'\u2019\u00a0\u202f ](?=\d{{3}}(?!\d))"
_POINT_LANGUAGES: Final = frozenset(
    {"en", "zh", "cmn", "yue", "ja", "ko", "th", "he", "hi", "ta", "te", "ms"}
)
_POINT_VARIANTS: Final = frozenset(
    {"es-mx", "es-us", "es-pr", "es-gt", "es-sv", "es-hn", "es-ni", "es-pa", "es-pe", "es-do"}
)
_MAX_WHOLE_DIGITS: Final = 12
_LONGEST_KEYS: Final = 9
"""Keys that a phone takes for a number without a range."""


def as_number(answer: str) -> float | None:
    """Return an answer in digits as a number, None where it is none.

    >>> as_number("4"), as_number("4.50"), as_number("four")
    (4, 4.5, None)
    """
    if not _NUMBER.fullmatch(answer):
        return None
    return float(answer) if "." in answer else int(answer)


def is_within(number: float, question: Question) -> bool:
    """Tell whether a number lies in the range that a question accepts."""
    return (question.minimum is None or number >= question.minimum) and (
        question.maximum is None or number <= question.maximum
    )


def _check_range(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = reply.cleaned().text
    number = number_in(text, prompts.language, number_words(prompts), question.maximum)
    return str(number) if number is not None and is_within(number, question) else None


def _explain_range(question: Question, prompts: Prompts, medium: Medium) -> str:
    return fill(prompts.text("wrongAnswerRange", medium), min=question.minimum, max=question.maximum)


def _listen_for_range(question: Question, prompts: Prompts) -> GatherOptions:
    return GatherOptions(len(str(question.maximum)), prompts.speech_language)


def _check_digits(_question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = reply.cleaned().text
    if reply.source == "dtmf":
        return text if text.isascii() and text.isdigit() else None
    if reply.source == "speech":
        number = number_in(text, prompts.language, number_words(prompts))
        return None if number is None else str(number)
    plain = plain_digits(text).strip(" .!")
    if _NUMBER.fullmatch(plain):
        return plain
    if any(character.isdigit() for character in text):
        return text
    digits = without_punctuation(in_digits(text, prompts.language))
    return digits if digits.isdigit() else text


def _explain_number(question: Question, prompts: Prompts, medium: Medium) -> str:
    if question.minimum is not None and question.maximum is not None:
        return _explain_range(question, prompts, medium)
    return prompts.text("wrongAnswerNumber", medium)


def _labels(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return the words of the scale's numbers that have a label in this language."""
    words = choice_words(question, prompts)
    return {number: given for number, given in words.items() if given != (number,)}


def _check_rating(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    if reply.payload in question.choices:
        return reply.payload
    labels = _labels(question, prompts)
    found = matches(reply.text, labels, prompts.language)
    if len(found) == 1:
        return found[0]
    number = _check_range(question, reply, prompts)
    if number is not None:
        return number
    found = undenied_mentions(reply.text, labels, prompts.language)
    return found[0] if len(found) == 1 else None


def _listen_for_rating(question: Question, prompts: Prompts) -> GatherOptions:
    language = prompts.speech_language
    words = (word for spoken in _labels(question, prompts).values() for word in spoken)
    return GatherOptions(len(str(question.maximum)), language, hints(words) if language else ())


def _label_options(question: Question, prompts: Prompts) -> tuple[Option, ...]:
    return tuple(Option(number, words[0]) for number, words in _labels(question, prompts).items())


def unit_words(question: Question, prompts: Prompts) -> tuple[str, ...]:
    """Return the words of a number's unit in this language.

    The prompt key ``<questionName>Unit`` states them: ``minutes|min``.
    """
    words = prompts.text(f"{question.name}Unit") or question.unit
    return tuple(word.strip() for word in words.split("|") if word.strip())


def _check_amount(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    text = plain_digits(reply.cleaned().text)
    if reply.source == "dtmf":
        text = (text.replace("*", ".", 1) if question.decimals else text).strip("#")
    else:
        text = _find_amount(text, question, prompts)
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    number = float(text)
    if len(whole) > _MAX_WHOLE_DIGITS or len(fraction) > question.decimals or not is_within(number, question):
        return None
    return (
        f"{number:.{question.decimals}f}".rstrip("0").rstrip(".") if question.decimals else str(int(number))
    )


def _find_amount(text: str, question: Question, prompts: Prompts) -> str:
    """Return the one number of a text in digits; empty if there is none in the question's unit."""
    units = unit_words(question, prompts)
    text = _without_groups(_without_unit(text, units), question, prompts)
    amount = amount_in(text, prompts.language, number_words(prompts), question.maximum)
    if amount is None or (units and has_other_unit(amount.before, amount.after, units)):
        return ""
    return amount.digits.replace(",", ".")


def _without_groups(text: str, question: Question, prompts: Prompts) -> str:
    """Return a text without the marks between groups of three digits: ``1,500`` is 1500."""
    marks = ".,"
    if question.decimals:
        language = prompts.language.lower()
        has_point = primary_language(language) in _POINT_LANGUAGES or language in _POINT_VARIANTS
        marks = "," if has_point else "."
    return re.sub(_GROUP.format(marks=marks), "", text)


def _without_unit(text: str, units: Collection[str]) -> str:
    for word in sorted({*units, *same_unit(units)}, key=len, reverse=True):
        text = re.sub(rf"(?i)(?<![^\W\d]){re.escape(word)}(?!\w)\.?", " ", text)
    return text.strip(" .!")


def _listen_for_amount(question: Question, prompts: Prompts) -> GatherOptions:
    keys = _LONGEST_KEYS if question.maximum is None else len(str(question.maximum))
    return GatherOptions(keys + (question.decimals + 1 if question.decimals else 0), prompts.speech_language)


RANGE: Final = AnswerForm(_check_range, _explain_range, _listen_for_range)
DIGITS: Final = AnswerForm(
    _check_digits,
    lambda _question, prompts, medium: prompts.text("wrongAnswerNumber", medium),
    lambda _question, prompts: GatherOptions(1, prompts.speech_language),
)
RATING: Final = AnswerForm(_check_rating, _explain_range, _listen_for_rating, _label_options, as_number)
AMOUNT: Final = AnswerForm(_check_amount, _explain_number, _listen_for_amount, typed=as_number)

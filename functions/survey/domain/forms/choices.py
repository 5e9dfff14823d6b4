"""Answers out of a list: one choice, several, yes or no."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question
from survey.domain.forms.form import AnswerForm, GatherOptions, Option, fill, hints, number_words
from survey.domain.language.matching import matches, undenied_mentions
from survey.domain.language.numbers import number_in
from survey.domain.language.spelling import plain_digits

YES_NO: Final = ("yes", "no")

_SEPARATOR: Final = re.compile(r"\s*[,;/&+\n]\s*")
_FIGURES: Final = re.compile(r"[\d\s,;/&+.*#]+")
_ONE_KEY_EACH: Final = 9
"""Most choices of which each is one key, so that keys need nothing between them."""


def choice_words(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return the words for each choice in this language; explanations name the first.

    The prompt key ``<questionName>Choices`` states them: ``yes=sí|claro,no=no|nunca``. A choice that it
    leaves out has its own value as its only word, but for yes and no, which have words in some languages.
    """
    words: dict[str, tuple[str, ...]] = {choice: (choice,) for choice in question.choices}
    if question.type == "yesno":
        words |= {choice: _split(prompts.text(f"{choice}Words")) or (choice,) for choice in YES_NO}
    for entry in prompts.text(f"{question.name}Choices").split(","):
        choice, separator, spoken = entry.partition("=")
        given = _split(spoken)
        if separator and given and choice.strip() in words:
            words[choice.strip()] = given
    return words


def accepted_words(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return the words by which each choice is recognised in this language: the choice's value is one more.

    It is none if it is a word for another choice: in Czech, "no" may stand for yes.
    """
    spoken = choice_words(question, prompts)
    taken = {word for words in spoken.values() for word in words}
    return {choice: words if choice in taken else (*words, choice) for choice, words in spoken.items()}


def listed(question: Question, prompts: Prompts) -> tuple[Option, ...]:
    """Return the choices in the respondent's order, with the numbers that stand for them."""
    spoken = choice_words(question, prompts)
    has_positions = not _has_figures(accepted_words(question, prompts))
    return tuple(
        Option(str(place) if has_positions else choice if choice.isdecimal() else "", spoken[choice][0])
        for place, choice in enumerate(question.choices_in_order, start=1)
    )


def _split(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split("|") if word.strip())


def _has_figures(words: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a choice is known by a number, so that numbers do not stand for positions."""
    return any(plain_digits(word).isdigit() for spoken in words.values() for word in spoken)


def _check_choice(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    if reply.payload in question.choices:
        return reply.payload
    words = accepted_words(question, prompts)
    found = matches(reply.text, words, prompts.language)
    if not found and not _has_figures(words):
        position = number_in(reply.text, prompts.language, number_words(prompts))
        if position is not None:
            return _at(question, position)
    found = found or undenied_mentions(reply.text, words, prompts.language)
    return found[0] if len(found) == 1 else None


def _at(question: Question, position: int) -> str | None:
    choices = question.choices_in_order
    return choices[position - 1] if 1 <= position <= len(choices) else None


def _explain_choice(question: Question, prompts: Prompts, medium: Medium) -> str:
    spoken = choice_words(question, prompts)
    choices = ", ".join(spoken[choice][0] for choice in question.choices_in_order)
    return fill(prompts.text("wrongAnswerChoices", medium), choices=choices)


def _listen_for_choice(question: Question, prompts: Prompts) -> GatherOptions:
    language = prompts.speech_language
    words = (word for spoken in choice_words(question, prompts).values() for word in spoken)
    # A choice is keyed in by its value if that is a number, else by its position.
    keys = [choice for choice in question.choices if choice.isdecimal()] or [str(len(question.choices))]
    return GatherOptions(max(map(len, keys)), language, hints(words) if language else ())


def _check_choices(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    """Return the chosen values, separated by commas, in the order of the file."""
    found = _several(question, reply, prompts)
    fewest, most = question.fewest or 1, question.most or len(question.choices)
    if found is None or not fewest <= len(found) <= most:
        return None
    return ", ".join(choice for choice in question.choices if choice in found)


def _several(question: Question, reply: Reply, prompts: Prompts) -> set[str] | None:
    text = plain_digits(reply.cleaned().text)
    words = accepted_words(question, prompts)
    if _FIGURES.fullmatch(text) and not _has_figures(words):
        chosen = {_at(question, position) for position in _positions(text, len(question.choices))}
        return {choice for choice in chosen if choice} if chosen and None not in chosen else None
    parts = [part for part in _SEPARATOR.split(reply.cleaned().text) if part]
    one_each = {_check_choice(question, Reply(part, reply.source), prompts) for part in parts}
    if None not in one_each:
        return {choice for choice in one_each if choice}
    if len(parts) > 1 and reply.source == "sms":
        # A list of which one entry is not understood is asked for again, not shortened.
        each = [undenied_mentions(part, words, prompts.language) for part in parts]
        return {choice for found in each for choice in found} if all(each) else None
    return set(undenied_mentions(reply.text, words, prompts.language)) or None


def _positions(text: str, choices: int) -> tuple[int, ...]:
    numbers = re.findall(r"\d+", text)
    if choices <= _ONE_KEY_EACH and any(int(number) > choices for number in numbers):
        numbers = [digit for number in numbers for digit in number]
    return tuple(int(number) for number in numbers)


def _explain_choices(question: Question, prompts: Prompts, medium: Medium) -> str:
    text = _explain_choice(question, prompts, medium)
    few = question.fewest or 1
    most = question.most or len(question.choices)
    if (few, most) == (1, len(question.choices)):
        return text
    return f"{text} {fill(prompts.text('wrongAnswerCount', medium), min=few, max=most)}".strip()


def _listen_for_choices(question: Question, prompts: Prompts) -> GatherOptions:
    most = question.most or len(question.choices)
    # Above nine, two keys each and a * between them; # or five seconds end them earlier.
    keys = most if len(question.choices) <= _ONE_KEY_EACH else 3 * most - 1
    one = _listen_for_choice(question, prompts)
    return GatherOptions(keys, one.language, one.hints)


CHOICE: Final = AnswerForm(_check_choice, _explain_choice, _listen_for_choice, listed)
YES_OR_NO: Final = AnswerForm(
    _check_choice, _explain_choice, _listen_for_choice, listed, lambda answer: answer == YES_NO[0]
)
CHOICES: Final = AnswerForm(
    _check_choices,
    _explain_choices,
    _listen_for_choices,
    listed,
    lambda answer: tuple(choice for choice in answer.split(", ") if choice),
)

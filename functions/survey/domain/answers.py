"""What a reply means: an answer to the open question, the other language, or the go-ahead at the welcome."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey.domain.definition import Prompts, Question
from survey.domain.numbers import in_digits, normalize, number_in, plain_digits

Source = Literal["sms", "dtmf", "speech"]

MAX_ANSWER_CHARACTERS: Final = 1000
"""Characters of an answer that are stored."""

MAX_ANSWERS_BYTES: Final = 150_000
"""Bytes (UTF-8) that a survey's answers share evenly, so that a session fits into one DynamoDB item (400 KB).

1,000 characters of any script up to 37 questions, 750 bytes with 200. Names and figures come on top, and the
result of a session that this one replaced (decision.MAX_SUPERSEDED_BYTES)."""

SWITCH_DIGIT: Final = "9"
"""The key that chooses the other language on the phone."""

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a respondent sent, said or pressed.

    ``confidence`` is the recogniser's, between 0 and 1, or None where it gave none; for speech only.
    """

    text: str
    source: Source
    confidence: float | None = None

    @property
    def recorded_confidence(self) -> float | str | None:
        """The confidence as result files state it."""
        return {"sms": "sms", "dtmf": "DTMF"}.get(self.source, self.confidence)


def clean(text: str) -> str:
    """Return `text` trimmed, without control characters, cut to what a session stores."""
    return _CONTROL.sub("", text).strip()[:MAX_ANSWER_CHARACTERS].rstrip()


def truncate(text: str, questions: int) -> str:
    """Return what is stored of an answer in a survey with so many questions."""
    share = MAX_ANSWERS_BYTES // max(questions, 1)
    return text.encode()[:share].decode(errors="ignore").rstrip()


def as_number(question: Question | None, answer: str) -> float | None:
    """Return an answer as a number where the question asks for one and the answer is one.

    >>> as_number(Question("rate", "rate", "dtmf"), "4"), as_number(Question("why", "why", "speech"), "4")
    (4, None)
    """
    if question is None or question.type != "dtmf" or not _NUMBER.fullmatch(answer):
        return None
    return float(answer) if "." in answer else int(answer)


def check(question: Question, reply: Reply, prompts: Prompts) -> str | None:
    """Return the answer to record, or None where the reply does not answer the question.

    With choices: the choice's value, found by its value, its words in this language or its position. With a
    range: the number in digits. Otherwise free: for ``dtmf`` digits by phone (spoken numbers count), by SMS
    the text as it came (a spelled-out number becomes digits); for ``speech`` any words.
    """
    text = clean(reply.text)
    if not text:
        return None
    if question.choices:
        return _choice(question, text, prompts)
    if question.minimum is not None or question.maximum is not None:
        number = number_in(text, prompts.language, number_words(prompts), question.maximum)
        return str(number) if number is not None and _within(number, question) else None
    if question.type == "speech":
        return text
    return _free_digits(reply.source, text, prompts)


def choice_words(question: Question, prompts: Prompts) -> Mapping[str, tuple[str, ...]]:
    """Return what may be said for each choice in this language, the first being what explanations name.

    The prompt key ``<questionName>Choices`` gives them: ``yes=sí|claro,no=no|nunca``. A choice that it leaves
    out goes by its own value.
    """
    words: dict[str, tuple[str, ...]] = {choice: (choice,) for choice in question.choices}
    for entry in prompts.text(f"{question.name}Choices").split(","):
        choice, separator, spoken = entry.partition("=")
        given = tuple(word.strip() for word in spoken.split("|") if word.strip())
        if separator and given and choice.strip() in words:
            words[choice.strip()] = given
    return words


def number_words(prompts: Prompts) -> Mapping[str, int]:
    """Return the words that stand for numbers in this language beyond what text2num knows.

    The prompt key ``numberWords`` gives them: ``to=2,too=2``.
    """
    words: dict[str, int] = {}
    for entry in prompts.text("numberWords").split(","):
        word, _, number = entry.partition("=")
        if number.strip().isascii() and number.strip().isdigit():
            words[normalize(word)] = int(number)
    return words


def _within(number: int, question: Question) -> bool:
    return (question.minimum is None or number >= question.minimum) and (
        question.maximum is None or number <= question.maximum
    )


def _choice(question: Question, text: str, prompts: Prompts) -> str | None:
    said = normalize(text)
    known = {
        choice: {normalize(choice), *map(normalize, spoken)} - {""}
        for choice, spoken in choice_words(question, prompts).items()
    }
    for choice, spoken in known.items():
        if said in spoken or text.casefold() == choice.casefold():
            return choice
    if not any(word.isdigit() for spoken in known.values() for word in spoken):
        position = number_in(text, prompts.language, number_words(prompts))
        if position is not None:
            return question.choices[position - 1] if 1 <= position <= len(question.choices) else None
    named = [choice for choice, spoken in known.items() if any(f" {word} " in f" {said} " for word in spoken)]
    return named[0] if len(named) == 1 else None


def _free_digits(source: Source, text: str, prompts: Prompts) -> str | None:
    if source == "dtmf":
        return text if text.isascii() and text.isdigit() else None
    if source == "speech":
        number = number_in(text, prompts.language, number_words(prompts))
        return None if number is None else str(number)
    plain = plain_digits(text).strip(" .!")
    if _NUMBER.fullmatch(plain):
        return plain
    if any(character.isdigit() for character in text):
        return text
    digits = normalize(in_digits(text, prompts.language))
    return digits if digits.isdigit() else text


def switches_language(reply: Reply, prompts: Prompts) -> bool:
    """Whether a reply to the welcome asks for the other language."""
    if not prompts.offered_language:
        return False
    if reply.source == "dtmf":
        return reply.text.strip() == SWITCH_DIGIT
    if _spellings(reply.text) & _listed(prompts.text("languageOptionLanguageReply")):
        return True
    if reply.source == "sms":
        return False
    name = normalize(prompts.text("languageOptionLanguageName"))
    if name and f" {name} " in f" {normalize(reply.text)} ":
        return True
    # "Nine" in either language: the offer is spoken in the one, the survey in the other.
    languages = (prompts.offered_language, prompts.language)
    return any(number_in(reply.text, language) == int(SWITCH_DIGIT) for language in languages)


def continues(reply: Reply, prompts: Prompts) -> bool:
    """Whether a reply to the welcome begins the survey: by SMS ``welcomeContinue``, if there is one."""
    expected = prompts.text("welcomeContinue")
    if reply.source != "sms" or not expected:
        return True
    return bool(_spellings(reply.text) & (_spellings(expected) | _listed(expected)))


def _spellings(text: str) -> set[str]:
    # Folding leaves nothing of an emoji, so the text itself counts too.
    return {text.strip().casefold(), normalize(text)} - {""}


def _listed(words: str) -> set[str]:
    return {spelling for word in words.split(",") for spelling in _spellings(word)}

"""Comparison of a reply with the words that are expected: keywords, numbers, choices.

A reply is compared in steps: exactly, then as `spelling.STEPS` spell it, without case, without punctuation,
without accents. The first step at which a word equals the reply decides, so a reply that equals one word
exactly is never taken for another that only looks alike.
"""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Generic, TypeVar

from survey.domain.language.qualifiers import is_denied
from survey.domain.language.spelling import STEPS, without_accents, without_punctuation

K = TypeVar("K")

WORDS_STEP: Final = 1 + STEPS.index(without_punctuation)
"""The first of a text's `spellings` that consists of words with single spaces between them."""

ACCENTS_STEP: Final = 1 + STEPS.index(without_accents)
"""The one without accents."""


@dataclass(frozen=True, slots=True)
class Collision(Generic[K]):
    """Two words with different meanings, and the first of their `spellings` that is the same."""

    word: str
    key: K
    other_word: str
    other_key: K
    step: int


def spellings(text: str, language: str) -> tuple[str, ...]:
    """Return a text as it is, and its spelling at each of `STEPS`."""
    found = [text.strip()]
    for step in STEPS:
        found.append(step(found[-1], language))
    return tuple(found)


def matches(text: str, words: Mapping[K, Collection[str]], language: str) -> tuple[K, ...]:
    """Return the keys one of whose words is `text`: none, one, or several if the text may mean any of them.

    Parameters
    ----------
    words : mapping
        The words for each key.
    language : str
        BCP 47 code; upper and lower case are told apart by its rules.
    """
    known = [(key, [_expected(word, language) for word in expected]) for key, expected in words.items()]
    said = text.strip()
    for number, step in enumerate((None, *STEPS)):
        said = step(said, language) if step else said
        found = tuple(key for key, expected in known if any(said == word[number] for word in expected))
        if not said or found:
            return found if said else ()
    return ()


def mentions(text: str, words: Mapping[K, Collection[str]], language: str) -> tuple[K, ...]:
    """Return the keys one of whose words stands in `text`, among others."""
    known = [(key, [_expected(word, language) for word in expected]) for key, expected in words.items()]
    said = spellings(text, language)
    for number in (WORDS_STEP, ACCENTS_STEP):
        within = f" {said[number]} "
        found = tuple(
            key
            for key, expected in known
            if any(word[number] and f" {word[number]} " in within for word in expected)
        )
        if found:
            return found
    return ()


def undenied_mentions(text: str, words: Mapping[K, Collection[str]], language: str) -> tuple[K, ...]:
    """Return what `mentions` returns; nothing where the text denies one of them, as in ``not red``."""
    found = mentions(text, words, language)
    return () if any(_only_denied(text, words[key], language) for key in found) else found


def collisions(words: Mapping[K, Collection[str]], language: str) -> Iterator[Collision[K]]:
    """Yield each pair of words for different keys that some step makes equal, with the first such step."""
    known = [(key, word, spellings(word, language)) for key, expected in words.items() for word in expected]
    for (key, word, spelled), (other_key, other_word, other_spelled) in combinations(known, 2):
        equal = [mine == other for mine, other in zip(spelled, other_spelled, strict=True)]
        if key != other_key and any(equal):
            yield Collision(word, key, other_word, other_key, equal.index(True))


def _only_denied(text: str, expected: Collection[str], language: str) -> bool:
    """Tell whether a text that mentions one of some words denies it each time: ``not red``."""
    said = spellings(text, language)
    for number in (WORDS_STEP, ACCENTS_STEP):
        within = f" {said[number]} "
        words = {_expected(word, language)[number] for word in expected} - {""}
        places = [place for word in words for place in _places(within, f" {word} ")]
        if places:
            return all(is_denied(within[:place].strip(), language) for place in places)
    return False


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


@functools.lru_cache(maxsize=1024)
def _expected(word: str, language: str) -> tuple[str, ...]:
    """Return the spellings of a word that a survey expects, as computed for an earlier reply."""
    return spellings(word, language)

"""Properties of the comparison of replies with words, for any words in many scripts."""

import sys
import unicodedata

from hypothesis import assume, given
from hypothesis import strategies as st

from survey.domain.language.matching import collisions, matches, mentions, spellings
from survey.domain.language.spelling import STEPS, as_typed, visible, without_accents

LANGUAGES = st.sampled_from(["en-US", "tr-TR", "az-AZ", "lt-LT", "es-MX", "th-TH", "ja-JP"])
ALPHABET = (
    "aAeEiIoOsS1+-.'\" "  # what most replies are made of
    "áÁàâãạñöüßıİşœđ\u0301\u0307\u0308\u0328"
    "αάΑΣςиИйёеЕאשָעל"
    "أاإلىيه\u064b\u0651٣"
    "ขาว้่\u0e31कखिीँ\u093cはばぱハバか\u3099ﾊﾞ가각"
    "½²ﬁ①Ａ３👍👎🏽❤👨\u20e3"
)
IGNORABLE = "\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u3164\ufe0f\ufeff\U000e0061"
TYPED = st.text(ALPHABET, max_size=8)
TEXTS = st.one_of(TYPED, st.text(ALPHABET + IGNORABLE, max_size=8), st.text(max_size=8))
WORDS = st.lists(TEXTS.map(str.strip).filter(bool), min_size=2, max_size=5, unique=True)


def _scatter(text: str, places: list[tuple[int, str]]) -> str:
    for place, character in places:
        text = text[:place] + character + text[place:]
    return text


PLACES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(IGNORABLE)), min_size=1, max_size=6)


@given(TEXTS, LANGUAGES)
def test_spelling_a_text_twice_changes_nothing(text: str, language: str) -> None:
    for step in STEPS:
        text = step(text, language)
        assert step(text, language) == text
    assert spellings(text, language)[-1] == text


@given(WORDS, LANGUAGES)
def test_a_reply_that_equals_a_word_exactly_is_that_word(words: list[str], language: str) -> None:
    known = {number: [word] for number, word in enumerate(words)}
    for number, word in enumerate(words):
        assert matches(word, known, language) == (number,)
        assert matches(f" {word}\n", known, language) == (number,)


@given(WORDS, TEXTS, PLACES, LANGUAGES)
def test_an_invisible_character_anywhere_changes_no_meaning(
    words: list[str], reply: str, places: list[tuple[int, str]], language: str
) -> None:
    known = {number: [as_typed(word)] for number, word in enumerate(words)}
    assume(not any(collision.step < 2 for collision in collisions(known, language)))
    for text in (*words, reply):
        shown = as_typed(text)
        hidden = _scatter(shown, places)
        assert matches(hidden, known, language) == matches(shown, known, language)
        assert mentions(hidden, known, language) == mentions(shown, known, language)
        assert as_typed(visible(hidden)) == shown


@given(WORDS, TEXTS, LANGUAGES)
def test_a_reply_that_may_mean_several_words_is_one_that_check_config_names(
    words: list[str], reply: str, language: str
) -> None:
    known = {number: [word] for number, word in enumerate(words)}
    named = {frozenset({found.key, found.other_key}) for found in collisions(known, language)}
    for text in (*words, reply):
        found = matches(text, known, language)
        assert all(frozenset({one, other}) in named for one in found for other in found if one != other)


@given(TYPED.filter(str.strip), LANGUAGES)
def test_case_makes_no_other_word(word: str, language: str) -> None:
    dotted = str.maketrans({"i": "\u0130"} if language[:2] in {"tr", "az"} else {})
    assert matches(word.translate(dotted).upper(), {"word": [word]}, language) == ("word",)


def test_marks_that_make_another_word_are_never_left_out() -> None:
    scripts = ("DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
    scripts += ("HIRAGANA", "KATAKANA", "HANGUL", "SINHALA", "MALAYALAM", "GUJARATI", "GURMUKHI", "KANNADA")
    letters = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.name(character, "").partition(" ")[0] in scripts
    ]
    base = {name: next(one for one in letters if unicodedata.name(one).startswith(name)) for name in scripts}
    for letter in letters:
        text = unicodedata.normalize("NFC", base[unicodedata.name(letter).partition(" ")[0]] + letter)
        assert without_accents(text) == text


def test_the_invisible_characters_are_those_of_unicode() -> None:
    """https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt derives them so."""
    ignorable = set(filter(_is_dropped, map(chr, range(sys.maxunicode + 1))))
    assert len(ignorable) == 4174
    shown = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}  # they enclose digits
    shown |= {*range(0xFFF9, 0xFFFC), *range(0x13430, 0x13456)}
    formats = {one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) == "Cf"}
    assert formats - set(map(chr, shown)) <= ignorable


def _is_dropped(character: str) -> bool:
    is_control = unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"
    return not is_control and not character.isspace() and as_typed(f"a{character}b") == "ab"

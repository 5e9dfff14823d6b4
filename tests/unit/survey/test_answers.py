"""What counts as an answer, in both languages, by keys, by voice and by text message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.answers import MAX_ANSWER_CHARACTERS, Reply, Source, clean
from survey.domain.built_in_texts import default_texts
from survey.domain.definition import Prompts, Question
from survey.domain.language.numbers import number_in
from survey.domain.question_types import check, choice_words, number_words

RATE = Question("rate", "rate", "dtmf", 1, 5)
TEN = Question("ten", "ten", "dtmf", 0, 10)
AGAIN = Question("again", "again", "speech", choices=("yes", "no", "maybe"))
STARS = Question("stars", "stars", "dtmf", choices=("1", "2", "10"))
DIGITS = Question("digits", "digits", "dtmf")
WORDS = Question("words", "words", "speech")

PROMPTS = {
    "en-US": Prompts(
        "en-US",
        {"againChoices": "yes=yes|yeah, no=no|not at all, maybe=i don't know"},
        default_texts("en-US"),
    ),
    "es-MX": Prompts(
        "es-MX",
        {"againChoices": "yes=sí|claro que sí, no=no|para nada, maybe=tal vez"},
        default_texts("es-MX"),
    ),
    "ja-JP": Prompts("ja-JP", {"numberWords": "さん=3, よん = 4"}, default_texts("ja-JP")),
}


@pytest.mark.parametrize(
    ("question", "language", "text", "answer"),
    [
        (RATE, "en-US", "5", "5"),
        (RATE, "en-US", " 5. ", "5"),
        (RATE, "en-US", "0", None),
        (RATE, "en-US", "6", None),
        (RATE, "en-US", "4 stars!", "4"),
        (RATE, "en-US", "3/5", "3"),
        (RATE, "en-US", "three out of five", "3"),
        (RATE, "en-US", "I would say four", "4"),
        (RATE, "en-US", "3 or 4", None),
        (RATE, "en-US", "4.5", None),
        (RATE, "en-US", "-3", None),
        (RATE, "en-US", "minus three", None),
        (RATE, "en-US", "too", "2"),
        (RATE, "en-US", "to be honest it was bad", None),
        (RATE, "en-US", "excellent", None),
        (RATE, "en-US", "4️⃣", "4"),
        (RATE, "en-US", "\uff15", "5"),
        (RATE, "en-US", "٣", "3"),
        (RATE, "en-US", "", None),
        (RATE, "es-MX", "cinco", "5"),
        (RATE, "es-MX", "Un cinco, por favor", "5"),
        (RATE, "es-MX", "uno", "1"),
        (RATE, "es-MX", "cuatro de cinco", "4"),
        (RATE, "es-MX", "una experiencia de tres", "3"),
        (RATE, "es-MX", "menos dos", None),
        (RATE, "ja-JP", "さん", "3"),
        (RATE, "ja-JP", "4", "4"),
        (RATE, "ja-JP", "すごい", None),
        (TEN, "en-US", "10", "10"),
        (TEN, "en-US", "zero", "0"),
        (TEN, "es-MX", "dies", "10"),
        (AGAIN, "en-US", "Yes", "yes"),
        (AGAIN, "en-US", "YEAH!", "yes"),
        (AGAIN, "en-US", "yes, I would", "yes"),
        (AGAIN, "en-US", "not at all", "no"),
        (AGAIN, "en-US", "I don\u2019t know", "maybe"),
        (AGAIN, "en-US", "yes and no", None),
        (AGAIN, "en-US", "2", "no"),
        (AGAIN, "en-US", "three", "maybe"),
        (AGAIN, "en-US", "4", None),
        (AGAIN, "en-US", "nothing", None),
        (AGAIN, "es-MX", "si", "yes"),
        (AGAIN, "es-MX", "SÍ", "yes"),
        (AGAIN, "es-MX", "pues tal vez", "maybe"),
        (AGAIN, "es-MX", "dos", "no"),
        (AGAIN, "ja-JP", "yes", "yes"),
        (STARS, "en-US", "2", "2"),
        (STARS, "en-US", "10", "10"),
        (STARS, "en-US", "3", None),
        (WORDS, "en-US", "  It was fine\x00\r\n", "It was fine"),
        (WORDS, "en-US", " \t ", None),
        (WORDS, "en-US", "5", "5"),
    ],
)
def test_a_written_reply_is_checked_by_the_kind_of_question(
    question: Question, language: str, text: str, answer: str | None
) -> None:
    assert check(question, Reply(text, "sms"), PROMPTS[language]) == answer


@pytest.mark.parametrize(
    ("source", "text", "answer"),
    [
        ("dtmf", "7", "7"),
        ("dtmf", "*", None),
        ("dtmf", "12#", None),
        ("speech", "seven", "7"),
        ("speech", "it was seven", "7"),
        ("speech", "it was fine", None),
        ("sms", "seven", "7"),
        ("sms", "twenty five", "25"),
        ("sms", "7 or 8", "7 or 8"),
        ("sms", "it was fine", "it was fine"),
    ],
)
def test_a_question_for_digits_takes_other_text_by_sms_only(
    source: Source, text: str, answer: str | None
) -> None:
    assert check(DIGITS, Reply(text, source), PROMPTS["en-US"]) == answer


def test_confidence_is_recorded_as_result_files_have_it() -> None:
    assert Reply("x", "sms", 0.5).recorded_confidence == "sms"
    assert Reply("1", "dtmf", 0.5).recorded_confidence == "DTMF"
    assert Reply("x", "speech", 0.5).recorded_confidence == 0.5


def test_a_choice_that_a_language_leaves_out_goes_by_its_value() -> None:
    prompts = Prompts("en-US", {"againChoices": "yes = yes | yep ,unknown=x, no=,"})
    assert choice_words(AGAIN, prompts) == {"yes": ("yes", "yep"), "no": ("no",), "maybe": ("maybe",)}


def test_number_words_that_cannot_be_read_are_ignored() -> None:
    assert number_words(Prompts("en-US", {"numberWords": "a=1,b,=2,c=x,D = 4"})) == {
        1: ("a",),
        2: ("",),
        4: ("D",),
    }


@given(st.text(max_size=60), st.sampled_from(sorted(PROMPTS)), st.sampled_from(["sms", "dtmf", "speech"]))
def test_an_accepted_reply_is_within_the_range_or_a_choice(text: str, language: str, source: Source) -> None:
    prompts = PROMPTS[language]
    reply = Reply(text, source, 0.5)
    for question in (RATE, TEN):
        answer = check(question, reply, prompts)
        if answer is not None:
            assert question.minimum is not None
            assert question.maximum is not None
            assert question.minimum <= int(answer) <= question.maximum
    assert check(AGAIN, reply, prompts) in {None, *AGAIN.choices}
    assert check(STARS, reply, prompts) in {None, *STARS.choices}
    for question in (DIGITS, WORDS):
        answer = check(question, reply, prompts)
        assert answer is None or 0 < len(answer) <= MAX_ANSWER_CHARACTERS
        answer_is_clean = answer is None or clean(answer) == answer
        assert answer_is_clean


@given(st.integers(0, 10**6), st.sampled_from(["en-US", "es-MX", "fr-FR", "ja-JP"]))
def test_a_number_in_digits_is_read_unchanged(number: int, language: str) -> None:
    assert number_in(str(number), language) == number

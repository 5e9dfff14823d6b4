"""Words of a prompt file that stand for several things at a step of the comparison with a reply."""

import pytest

from survey.domain.definition import Prompts, Question
from tools.check_prompts import check_prompts

QUESTION = Question("again", "again", "speech", choices=("yes", "no"))
SWITCH = {"languageOptionLanguageReply": "es, español"}


def _found(language: str = "en-US", **values: str) -> set[str]:
    prompts = Prompts(language, values)
    problems = check_prompts(prompts, (QUESTION,), [language])
    return {f"{problem.severity}: {problem}" for problem in problems if problem.key in values}


@pytest.mark.parametrize("words", ["yes=OK,no=ok", "yes=\uff4fk,no=ok", "yes=o\u200bk,no=ok", "yes=ok,no=ok"])
def test_words_that_are_equal_but_for_case_and_what_is_invisible_are_an_error(words: str) -> None:
    assert _found(againChoices=words) == {"error: : againChoices: 'ok' stands for both 'yes' and 'no'"}


def test_a_word_that_equals_the_value_of_another_choice_but_for_case_is_an_error() -> None:
    assert _found(againChoices="yes=NO,no=nope") == {
        "error: : againChoices: 'no' stands for both 'yes' and 'no'"
    }


@pytest.mark.parametrize(
    ("word", "other", "difference"),
    [
        ("salé", "sale", "accents"),
        ("đi", "di", "accents"),
        ("A+", "a", "punctuation"),
        ("ok!", "OK", "punctuation"),
    ],
)
def test_words_that_differ_only_in_accents_or_punctuation_are_warned_of(
    word: str, other: str, difference: str
) -> None:
    assert _found(againChoices=f"yes={word},no={other}") == {
        f"warning: : againChoices: {word!r} and {other!r} differ only in {difference}: "
        f"a reply counts only with the same {difference}"
    }


@pytest.mark.parametrize("words", ["yes=ขาว,no=ข้าว", "yes=か,no=が", "yes=दिन,no=दीन"])
def test_words_that_differ_in_a_mark_that_makes_another_word_are_in_order(words: str) -> None:
    assert _found(againChoices=words) == set()


@pytest.mark.parametrize(("word", "is_equal"), [("ı\u015f\u0131k", True), ("i\u015fik", False)])  # noqa: RUF001
def test_case_is_that_of_the_files_language(word: str, is_equal: bool) -> None:
    found = _found("tr-TR", againChoices=f"yes=I\u015eIK,no={word}")
    assert (f"error: : againChoices: {word!r} stands for both 'yes' and 'no'" in found) is is_equal


def test_a_word_that_is_the_value_of_another_choice_is_warned_of() -> None:
    assert _found("cs-CZ", againChoices="yes=ano|no,no=ne") == {
        "warning: : againChoices: 'no' stands for 'yes', and is the value of another choice"
    }


def test_words_for_numbers_collide_too() -> None:
    assert _found(numberWords="to=2,To=3") == {"error: : numberWords: 'To' stands for both 2 and 3"}


def test_words_that_begin_the_survey_and_switch_the_language_collide_too() -> None:
    assert _found(**SWITCH, welcomeContinue="Es") == {
        "error: : welcomeContinue: 'Es' also switches the language"
    }
    assert _found(**SWITCH, welcomeContinue="espanol") == {
        "warning: : welcomeContinue: 'espanol' and 'español' differ only in accents: "
        "a reply counts only with the same accents"
    }


@pytest.mark.parametrize("word", ["Stop!", "“quit”", "he\u200blp"])
def test_a_word_that_twilio_knows_is_found_however_it_is_written(word: str) -> None:
    assert _found(welcomeContinue=word) == {
        f"error: : welcomeContinue: {word!r} is a word by which Twilio knows STOP or HELP"
    }


def test_each_unknown_key_of_thousands_is_named() -> None:
    unknown = {f"againChoises{number}": "x" for number in range(5000)}
    found = _found(**unknown)
    assert sum("is not a key of this survey's prompts" in problem for problem in found) == 5000
    assert "warning: : againChoises0: is not a key of this survey's prompts; was againChoices meant?" in found

"""What counts as an answer to each type of question, its typed value, and what is said where nothing does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.answers import Recorded, Reply, Source
from survey.domain.built_in_texts import default_texts
from survey.domain.definition import Medium, Prompts, Question
from survey.domain.forms.dates import ORDERS
from survey.domain.forms.form import GatherOptions, RecordOptions
from survey.domain.question_types import (
    ask,
    check,
    explain,
    listen,
    options,
    typed_value,
)

ENGLISH = Prompts("en-US", {"colourChoices": "red=red|crimson,blue=blue"}, default_texts("en-US"))
BRITISH = Prompts("en-GB", {}, default_texts("en-GB"))
SPANISH = Prompts("es-MX", {"priceUnit": "pesos|MXN"}, default_texts("es-MX"))
GERMAN = Prompts("de-DE", {}, default_texts("de-DE"))
CZECH = Prompts(
    "cs-CZ",
    {"monthNames": "ledna,února,března,dubna,května,června,července,srpna,září,října,listopadu,prosince"},
)
SILENT = Prompts("cy-GB", {"language": "cy-GB"}, default_texts("cy-GB"))

COLOUR = Question("colour", "colour", "choice", choices=("red", "blue", "green"), lists_choices=True)
LIKED = Question("liked", "liked", "yesno", choices=("yes", "no"))
TOPICS = Question("topics", "topics", "multichoice", choices=("price", "speed", "staff"), lists_choices=True)
TWO_TOPICS = Question("topics", "topics", "multichoice", choices=("a", "b", "c"), fewest=2, most=2)
FLOORS = Question("floors", "floors", "multichoice", choices=tuple("ABCDEFGHIJKL"), most=3)
STARS = Question("stars", "stars", "rating", 1, 5, choices=("1", "2", "3", "4", "5"), lists_choices=True)
WAIT = Question("wait", "wait", "number", 0, 240, unit="minutes|min")
PRICE = Question("price", "price", "number", decimals=2)
BORN = Question("born", "born", "date")
STORY = Question("story", "story", "text", fewest=5, most=20)
LONG_STORY = Question("story", "story", "text", fewest=5)
VOICE = Question("voice", "voice", "recording", seconds=30)


@pytest.mark.parametrize(
    ("question", "prompts", "source", "text", "answer"),
    [
        (COLOUR, ENGLISH, "sms", "Crimson!", "red"),
        (COLOUR, ENGLISH, "dtmf", "2", "blue"),
        (COLOUR, ENGLISH, "sms", "4", None),
        (COLOUR, ENGLISH, "speech", "I think blue", "blue"),
        (COLOUR, ENGLISH, "speech", "red or blue", None),
        (LIKED, ENGLISH, "sms", "yep", "yes"),
        (LIKED, SPANISH, "speech", "claro", "yes"),
        (LIKED, ENGLISH, "dtmf", "2", "no"),
        (TOPICS, ENGLISH, "sms", "3, price", "price, staff"),
        (TOPICS, ENGLISH, "dtmf", "31", "price, staff"),
        (TOPICS, ENGLISH, "sms", "price, parking", None),
        (TOPICS, ENGLISH, "sms", "the price & the staff", "price, staff"),
        (TOPICS, ENGLISH, "speech", "price and speed", "price, speed"),
        (TOPICS, ENGLISH, "sms", "9", None),
        (TWO_TOPICS, ENGLISH, "sms", "1", None),
        (TWO_TOPICS, ENGLISH, "sms", "1 2 3", None),
        (FLOORS, ENGLISH, "dtmf", "1*12", "A, L"),
        (STARS, ENGLISH, "speech", "four stars", "4"),
        (STARS, ENGLISH, "sms", "6", None),
        (WAIT, ENGLISH, "sms", "about 12 min.", "12"),
        (WAIT, ENGLISH, "speech", "twelve minutes", "12"),
        (WAIT, ENGLISH, "dtmf", "15#", "15"),
        (WAIT, ENGLISH, "dtmf", "*", None),
        (WAIT, ENGLISH, "sms", "241", None),
        (WAIT, ENGLISH, "sms", "3 or 4", None),
        (PRICE, ENGLISH, "sms", "1,500.50", "1500.5"),
        (PRICE, GERMAN, "sms", "1.500,50", "1500.5"),
        (PRICE, SPANISH, "sms", "12 pesos", "12"),
        (PRICE, ENGLISH, "dtmf", "12*99", "12.99"),
        (PRICE, ENGLISH, "sms", "1.999", None),
        (BORN, ENGLISH, "sms", "3/5/24", "2024-03-05"),
        (BORN, BRITISH, "sms", "3/5/2024", "2024-05-03"),
        (BORN, ENGLISH, "sms", "5 March 69", "1969-03-05"),
        (BORN, ENGLISH, "speech", "March fifth twenty twenty four", "2024-03-05"),
        (BORN, ENGLISH, "sms", "20240305", None),
        (BORN, ENGLISH, "dtmf", "0305202", None),
        (BORN, ENGLISH, "sms", "31/31/2024", None),
        (BORN, ENGLISH, "sms", "1 January 1700", None),
        (BORN, ENGLISH, "sms", "March or May 2024", None),
        (BORN, ENGLISH, "sms", "in March", None),
        (BORN, CZECH, "sms", "5. března 2024", "2024-03-05"),
        (STORY, ENGLISH, "sms", "none", None),
        (STORY, ENGLISH, "sms", "It was good.", "It was good."),
        (STORY, ENGLISH, "sms", "x" * 21, None),
        (VOICE, ENGLISH, "sms", " in words ", "in words"),
        (VOICE, ENGLISH, "sms", "\u200b", None),
    ],
)
def test_an_answer_is_recorded_as_its_type_says(
    question: Question, prompts: Prompts, source: Source, text: str, answer: str | None
) -> None:
    assert check(question, Reply(text, source), prompts) == answer


MINUTES = Question("wait", "wait", "number", 0, 100000, decimals=2, unit="minutes|min")
SPANISH_MINUTES = Question("wait", "wait", "number", 0, 100000, decimals=2, unit="minutos")
VISITS = Question("visits", "visits", "number", 0, 240)
AMERICAN = Prompts("en-US", {"waitUnit": "minutes|min"}, default_texts("en-US"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("12 and a half", "12.5"),
        ("twelve and a half", "12.5"),
        ("twelve and a half minutes", "12.5"),
        ("twelve minutes and a half", "12.5"),
        ("a minute and a half", "1.5"),
        ("one and a quarter minutes", "1.25"),
        ("about 3 and three quarters", "3.75"),
        ("half a minute", "0.5"),
        ("12\u00bd", "12.5"),
        ("12 1/2 min", "12.5"),
        ("1 minute", "1"),
        ("12 mins", "12"),
        ("twelve point five", "12.5"),
        ("1,500.25", "1500.25"),
        ("I'd say 12", "12"),
        ("it's 12 I think", "12"),
        ("not bad, 12", "12"),
        ("12 minutes a day", "12"),
        ("~12", "12"),
        ("5 more or less", "5"),
        ("10-15", None),
        ("10 - 15", None),
        ("10 to 15", None),
        ("minus 3", None),
        ("minus three", None),
        ("-3", None),
        ("-3.5", None),
        ("1h", None),
        ("1.5h", None),
        ("2 hours", None),
        ("two hours", None),
        ("two and a half hours", None),
        ("an hour and 12 minutes", None),
        ("30 seconds", None),
        ("50%", None),
        ("not 5", None),
        ("it isn't 5", None),
        ("at least 5", None),
        ("less than 5.5", None),
        ("5 or more", None),
        ("10+", None),
        ("12k", None),
        ("two dozen", None),
        ("three and a third", None),
        ("and a half", None),
        ("12 half", None),
        ("half past 3", None),
        ("1/2/3", None),
        ("1.2.3", None),
    ],
)
@pytest.mark.parametrize("source", ["sms", "speech"])
def test_a_number_is_read_right_or_asked_again(source: Source, text: str, answer: str | None) -> None:
    assert check(MINUTES, Reply(text, source), AMERICAN) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("doce minutos y medio", "12.5"),
        ("doce y medio", "12.5"),
        ("un minuto y medio", "1.5"),
        ("cuatro y cuarto", "4.25"),
        ("tres cuartos de minuto", "0.75"),
        ("como 12 min", "12"),
        ("no, 5", "5"),
        ("m\u00e1s o menos 12", "12"),
        ("12 m\u00e1s o menos", "12"),
        ("menos tres", None),
        ("dos horas", None),
        ("una hora y media", None),
        ("media hora", None),
        ("no 5", None),
        ("no es un cinco", None),
        ("m\u00e1s de 5", None),
        ("5 o m\u00e1s", None),
        ("de 10 a 15", None),
        ("dos docenas", None),
    ],
)
def test_a_number_in_spanish_is_read_right_or_asked_again(text: str, answer: str | None) -> None:
    assert check(SPANISH_MINUTES, Reply(text, "sms"), SPANISH) == answer


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("fr-FR", "douze et demi", "12.5"),
        ("fr-FR", "trois quarts", "0.75"),
        ("fr-FR", "pas 5", None),
        ("de-DE", "12,5", "12.5"),
        ("de-DE", "zw\u00f6lf und eine halbe", "12.5"),
        ("de-DE", "zw\u00f6lfeinhalb", None),
        ("de-DE", "12einhalb", None),
        ("de-DE", "minus drei", None),
        ("pt-BR", "doze e meia", "12.5"),
        ("it-IT", "quattro e un quarto", "4.25"),
        ("nl-NL", "twaalf en een half", "12.5"),
        ("da-DK", "tolv og en halv", "12.5"),
        ("ja-JP", "12.5", "12.5"),
        ("ja-JP", "-12", None),
    ],
)
def test_fractions_are_read_in_the_languages_that_text2num_knows(
    language: str, text: str, answer: str | None
) -> None:
    prompts = Prompts(language, {}, default_texts(language))
    assert check(PRICE, Reply(text, "sms"), prompts) == answer


@pytest.mark.parametrize(
    "text", ["3 and a half", "four and a half", "3\u00bd", "not 5", "3+", "two dozen", "1.5"]
)
def test_a_question_for_a_whole_number_takes_no_other(text: str) -> None:
    for question in (VISITS, STARS, Question("rate", "rate", "dtmf", 1, 5)):
        assert check(question, Reply(text, "sms"), ENGLISH) is None


def test_a_number_without_a_unit_may_be_given_with_any() -> None:
    assert check(VISITS, Reply("2 times", "sms"), ENGLISH) == "2"
    assert check(VISITS, Reply("2 hours", "sms"), ENGLISH) == "2"


@pytest.mark.parametrize(
    ("question", "answer", "values"),
    [
        (LIKED, "yes", (None, True)),
        (LIKED, "no", (None, False)),
        (COLOUR, "red", (None, None)),
        (TOPICS, "price, staff", (None, ("price", "staff"))),
        (STARS, "4", (None, 4)),
        (PRICE, "1500.5", (None, 1500.5)),
        (Question("rate", "rate", "dtmf"), "4", (4, None)),
        (BORN, "2024-03-05", (None, None)),
        (None, "4", (None, None)),
    ],
)
def test_an_answer_has_the_value_of_its_type(
    question: Question | None, answer: str, values: tuple[object, object]
) -> None:
    assert typed_value(question, answer) == values


@pytest.mark.parametrize("question", [COLOUR, STARS])
def test_a_tapped_button_is_the_choice_that_it_stands_for(question: Question) -> None:
    for choice in question.choices:
        assert check(question, Reply("Whatever it says", "sms", payload=choice), ENGLISH) == choice


def test_a_recording_is_recorded_by_its_url() -> None:
    recorded = Recorded("RE" + "0" * 32, "https://api.twilio.com/recording", 4)
    assert check(VOICE, Reply("", "recording", recording=recorded), ENGLISH) == recorded.url


@given(
    st.dates(dt.date(1850, 1, 1), dt.date(9999, 12, 31)),
    st.sampled_from(ORDERS),
    st.sampled_from([("en-US", "%d %B %Y"), ("en-US", "%B %d, %Y"), ("cs-CZ", "")]),
)
def test_a_date_is_the_same_however_it_is_given(date: dt.date, order: str, written: tuple[str, str]) -> None:
    language, words = written
    texts = {"dateOrder": order, **(CZECH.values if language == "cs-CZ" else {})}
    prompts = Prompts(language, texts, default_texts(language))
    parts = {"Y": f"{date.year:04}", "M": f"{date.month:02}", "D": f"{date.day:02}"}
    in_order = [parts[letter] for letter in order]
    assert check(BORN, Reply("".join(in_order), "dtmf"), prompts) == date.isoformat()
    assert check(BORN, Reply("/".join(in_order), "sms"), prompts) == date.isoformat()
    assert check(BORN, Reply(date.isoformat(), "sms"), prompts) == date.isoformat()
    if words:
        assert check(BORN, Reply(date.strftime(words), "sms"), prompts) == date.isoformat()


@given(st.integers(0, 240), st.sampled_from(["{} minutes", "{}min", "about {} Minutes!", "{}"]))
def test_a_number_is_the_same_with_its_unit_and_without(number: int, written: str) -> None:
    assert check(WAIT, Reply(written.format(number), "sms"), ENGLISH) == str(number)
    assert check(WAIT, Reply(str(number), "dtmf"), ENGLISH) == str(number)


@given(
    st.lists(st.sampled_from(TOPICS.choices), min_size=1, unique=True),
    st.sampled_from([", ", "; ", "\n", "/"]),
)
def test_several_choices_are_the_same_in_any_order_by_word_number_or_key(
    chosen: list[str], between: str
) -> None:
    expected = ", ".join(choice for choice in TOPICS.choices if choice in chosen)
    places = [str(TOPICS.choices.index(choice) + 1) for choice in chosen]
    assert check(TOPICS, Reply(between.join(chosen), "sms"), ENGLISH) == expected
    assert check(TOPICS, Reply(between.join(places), "sms"), ENGLISH) == expected
    assert check(TOPICS, Reply("".join(places), "dtmf"), ENGLISH) == expected


@pytest.mark.parametrize(
    ("question", "medium", "text"),
    [
        (COLOUR, "sms", "Please answer with one of these: red, blue, green."),
        (TOPICS, "sms", "Please answer with one of these: price, speed, staff."),
        (TWO_TOPICS, "sms", "Please answer with one of these: a, b, c. Please choose 2 to 2 of them."),
        (STARS, "sms", "Please answer with a number from 1 to 5."),
        (WAIT, "voice", "Please answer with a number from 0 to 240."),
        (PRICE, "voice", "Please answer with a number."),
        (BORN, "sms", "Please answer with a date, such as 12/31/2025."),
        (STORY, "sms", "Please answer with 5 to 20 characters."),
        (LONG_STORY, "sms", "Please answer with at least 5 characters."),
        (
            Question("story", "story", "text"),
            "sms",
            "Sorry, I did not get that. Please answer in a few words.",
        ),
        (VOICE, "sms", "Sorry, I did not get that. Please answer in a few words."),
    ],
)
def test_a_reply_that_is_no_answer_is_explained(question: Question, medium: Medium, text: str) -> None:
    assert explain(question, ENGLISH, medium) == text


def test_choices_are_listed_after_the_question_with_what_stands_for_them() -> None:
    assert ask(COLOUR, ENGLISH, "sms") == "\n1. red\n2. blue\n3. green"
    assert ask(COLOUR, ENGLISH, "voice") == " For red, press 1. For blue, press 2. For green, press 3."
    numbers = Question("floor", "floor", "choice", choices=("10", "ground"), lists_choices=True)
    assert ask(numbers, ENGLISH, "sms") == "\n10. 10\nground"
    assert options(BORN, ENGLISH) == ()


def test_only_the_numbers_of_a_scale_that_have_labels_are_listed() -> None:
    prompts = Prompts("en-US", {"starsChoices": "1=awful,5=great|perfect"}, default_texts("en-US"))
    assert ask(STARS, prompts, "sms") == "\n1. awful\n5. great"
    assert check(STARS, Reply("It was perfect", "sms"), prompts) == "5"
    assert check(STARS, Reply("great", "sms"), prompts) == "5"
    heard = listen(STARS, prompts)
    assert isinstance(heard, GatherOptions)
    assert (heard.digits, heard.hints) == (1, ("awful", "great", "perfect"))


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        (COLOUR, 1),
        (TOPICS, 3),
        (TWO_TOPICS, 2),
        (FLOORS, 8),
        (STARS, 1),
        (WAIT, 3),
        (PRICE, 12),
        (BORN, 8),
        (STORY, 0),
    ],
)
def test_a_phone_takes_as_many_keys_as_the_longest_answer(question: Question, keys: int) -> None:
    heard = listen(question, ENGLISH)
    assert isinstance(heard, GatherOptions)
    assert (heard.digits, heard.language) == (keys, "en-US")


def test_where_twilio_recognises_no_speech_only_keys_are_taken() -> None:
    assert listen(STORY, SILENT) == GatherOptions(1, "")
    assert listen(COLOUR, SILENT) == GatherOptions(1, "")
    assert listen(STARS, SILENT) == GatherOptions(1, "")


def test_a_recording_is_transcribed_in_english_or_where_the_file_says_so() -> None:
    forced = Question("voice", "voice", "recording", seconds=30, transcribe=True)
    assert listen(VOICE, ENGLISH) == RecordOptions(30, transcribe=True)
    assert listen(VOICE, SPANISH) == RecordOptions(30, transcribe=False)
    assert listen(forced, SPANISH) == RecordOptions(30, transcribe=True)

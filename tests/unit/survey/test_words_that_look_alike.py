"""Replies that equal one word and look like another: accents, case, invisible characters, quotation marks."""
# ruff: noqa: RUF001  # Words in many scripts are what is tested.

import pytest

from survey.domain.answers import Reply, Source, answer_to_welcome
from survey.domain.definition import Prompts, Question
from survey.domain.question_types import check
from survey.domain.text_message import keyword

BOTH_CHANNELS = pytest.mark.parametrize("source", ["sms", "speech"])
WORDS = Question("q", "q", "speech")
RATE = Question("q", "q", "dtmf", 1, 5)
DIGITS = Question("q", "q", "dtmf")


def _chosen(words: str, reply: str, language: str = "en-US", source: Source = "sms") -> str | None:
    """Return the choice that a reply is stored as, where ``qChoices`` states these words."""
    choices = tuple(entry.partition("=")[0].strip() for entry in words.split(","))
    question = Question("q", "q", "speech", choices=choices)
    return check(question, Reply(reply, source), Prompts(language, {"qChoices": words}))


def _answer(question: Question, reply: str, source: Source = "sms") -> str | None:
    return check(question, Reply(reply, source), Prompts("en-US", {}))


@BOTH_CHANNELS
@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("salty=salé, dirty=sale", "fr-FR"),
        ("yes=sí, if=si", "es-MX"),
        ("year=año, other=ano", "es-MX"),
        ("already=schon, beautiful=schön", "de-DE"),
        ("sheep=får, father=far", "sv-SE"),
        ("ma=ma, má=má, mà=mà, mả=mả, mã=mã, mạ=mạ", "vi-VN"),
        ("white=ขาว, rice=ข้าว, news=ข่าว", "th-TH"),
        ("yes=हाँ, loss=हा", "hi-IN"),
        ("day=दिन, poor=दीन", "hi-IN"),
        ("ka=か, ga=が", "ja-JP"),
        ("mother=はは, papa=ぱぱ, old=ばば", "ja-JP"),
        ("half=ハ, full=バ, pa=パ", "ja-JP"),
        ("mine=мой, many=мои", "ru-RU"),
        ("everything=всё, all=все", "ru-RU"),
        ("no=لا, never=لأ", "ar-SA"),
        ("or=ή, the=η", "el-GR"),
        ("warm=ılık, marrow=ilik", "tr-TR"),
        ("a=A, plus=A+, minus=A-", "en-US"),
        ("light=👍🏻, dark=👍🏿", "en-US"),
        ("family=👨\u200d👩\u200d👧, three=👨👩👧", "en-US"),
        ("half=½, slash=1/2", "en-US"),
        ("upper=OK, lower=ok", "en-US"),
        ("joined=می\u200cخواهم, plain=میخواهم", "fa-IR"),
        ("hidden=y\u200bes, plain=yes", "en-US"),
    ],
)
def test_a_reply_that_equals_a_word_is_stored_as_its_choice(
    words: str, language: str, source: Source
) -> None:
    entries = [entry.strip() for entry in words.split(",")]
    for entry in entries:
        choice, _, word = entry.partition("=")
        assert _chosen(words, word, language, source) == choice
        assert _chosen(", ".join(reversed(entries)), f" {word} ", language, source) == choice


@BOTH_CHANNELS
@pytest.mark.parametrize(
    ("words", "language", "reply", "choice"),
    [
        ("yes=salé, no=sale", "fr-FR", "SALE", "no"),
        ("yes=salé, no=sale", "fr-FR", "Salé.", "yes"),
        ("yes=salé, no=sale", "fr-FR", "sale\u0301", "yes"),
        ("yes=salé, no=sale", "fr-FR", "c'est salé", "yes"),
        ("yes=salé, no=sale", "fr-FR", "c'est sale !", "no"),
        ("yes=salé, no=sale", "fr-FR", "sàle", None),
        ("yes=salé, no=non", "fr-FR", "sale", "yes"),
        ("yes=salé, no=non", "fr-FR", "c'est sale", "yes"),
        ("white=ขาว, rice=ข้าว", "th-TH", "ข่าว", None),
        ("white=ขาว, other=ดำ", "th-TH", "ข้าว", None),
        ("yes=हाँ, no=नहीं", "hi-IN", "हा", None),
        ("yes=हाँ, no=नहीं", "hi-IN", "हाँ जी", "yes"),
        ("ka=か, other=き", "ja-JP", "が", None),
        ("ga=が, other=き", "ja-JP", "か\u3099", "ga"),
        ("ga=ガ, other=キ", "ja-JP", "\uff76\uff9e", "ga"),
        ("mine=мой, no=нет", "ru-RU", "мои", None),
        ("fir=ёлка, no=нет", "ru-RU", "Елка", "fir"),
        ("no=لأ, yes=نعم", "ar-SA", "لا", "no"),
        ("peace=שָׁלוֹם, no=לא", "he-IL", "שלום", "peace"),
        ("ok=đúng ý, no=không", "vi-VN", "dung y", "ok"),
        ("heart=cœur, no=non", "fr-FR", "Coeur", "heart"),
        ("a=A, plus=A+", "en-US", "a+", "plus"),
        ("a=A, plus=A+", "en-US", "a", "a"),
        ("like=👍, not=👎", "en-US", "👍🏽", "like"),
        ("upper=OK, lower=ok", "en-US", "Ok", None),
        ("1=one, 2=two", "ar-SA", "٢", "2"),
    ],
)
def test_a_reply_is_compared_in_steps_and_an_ambiguous_one_is_asked_again(
    words: str, language: str, reply: str, choice: str | None, source: Source
) -> None:
    assert _chosen(words, reply, language, source) == choice


def test_a_word_for_a_choice_comes_before_the_value_of_another() -> None:
    assert _chosen("yes=ano|no|jo, no=ne", "no", "cs-CZ") == "yes"
    assert _chosen("yes=sí, si=otro", "si", "es-MX") == "si"


@BOTH_CHANNELS
@pytest.mark.parametrize(
    ("words", "language", "reply", "choice"),
    [
        ("yes=evet, no=hayır", "tr-TR", "HAYIR", "no"),
        ("yes=evet, no=hayır", "tr", "Hayır.", "no"),
        ("yes=evet, no=hayır", "tr-TR", "hayir", "no"),
        ("yes=evet, no=hayır", "tur", "HAYIR", "no"),
        ("yes=evet, no=HAYIR", "tr-TR", "hayır", "no"),
        ("yes=iyi, no=kötü", "tr-TR", "İYİ", "yes"),
        ("yes=iyi, no=kötü", "tr-TR", "I\u0307YI\u0307", "yes"),
        ("yes=iyi, no=kötü", "tr-TR", "IYI", "yes"),
        ("warm=ılık, marrow=ilik", "tr-TR", "ILIK", "warm"),
        ("warm=ılık, marrow=ilik", "tr-TR", "İLİK", "marrow"),
        ("warm=ılık, marrow=ilik", "tr-TR", "\uff29\uff2c\uff29\uff2b", "warm"),
        ("warm=ılık, marrow=ilik", "tr-TR", "bence ılık", "warm"),
        ("yes=bəli, no=xeyr", "az-Latn-AZ", "BƏLİ", "yes"),
        ("good=yaxşı, no=xeyr", "az-AZ", "YAXŞI", "good"),
        ("yes=bəli, no=xeyr", "az-AZ", "beli", "yes"),
        ("rain=lij\u0307\u0301us, no=ne", "lt-LT", "LIJ\u0301US", "rain"),
        ("maybe=I don't know, no=no", "en-US", "i DON'T know", "maybe"),
        ("big=groß, small=klein", "de-DE", "GROSS", "big"),
        ("no=όχι, yes=ναι", "el-GR", "ΟΧΙ", "no"),
        ("no=όχι, yes=ναι", "el-GR", "ΌΧΙ", "no"),
        ("world=κόσμος, yes=ναι", "el-GR", "ΚΌΣΜΟΣ", "world"),
        ("city=İstanbul, no=no", "en-US", "istanbul", "city"),
        ("city=Istanbul, no=hayır", "tr-TR", "istanbul", "city"),
    ],
)
def test_upper_and_lower_case_are_those_of_the_surveys_language(
    words: str, language: str, reply: str, choice: str, source: Source
) -> None:
    assert _chosen(words, reply, language, source) == choice


INVISIBLE = [
    "\u00ad",  # soft hyphen
    "\u034f",  # combining grapheme joiner
    "\u061c",  # Arabic letter mark
    "\u180e",  # Mongolian vowel separator
    "\u200b",  # zero width space
    "\u200c",  # zero width non-joiner
    "\u200d",  # zero width joiner
    "\u200e",  # left-to-right mark
    "\u202a",  # left-to-right embedding
    "\u2060",  # word joiner
    "\u2066",  # left-to-right isolate
    "\u3164",  # Hangul filler
    "\ufe0f",  # variation selector
    "\ufeff",  # byte order mark
    "\U000e0061",  # tag
]


@BOTH_CHANNELS
@pytest.mark.parametrize("invisible", INVISIBLE, ids=ascii)
def test_invisible_characters_change_no_answer(invisible: str, source: Source) -> None:
    def spread(word: str) -> list[str]:
        return [invisible + word, word + invisible, invisible.join(word), f" {invisible} {word}{invisible} "]

    for reply in spread("yes"):
        assert _chosen("yes=yes, no=no", reply, "en-US", source) == "yes"
    for reply in spread("ja"):
        assert _chosen(f"yes=j{invisible}a, no=nein", reply, "de-DE", source) == "yes"
    for reply in spread("three"):
        assert _answer(RATE, reply, source) == "3"
    for reply in spread("42"):
        assert _answer(DIGITS, reply, source) == "42"
    for reply in spread("fine"):
        assert _answer(WORDS, reply, source) == "fine"
    assert _answer(WORDS, invisible, source) is None
    assert _chosen("yes=yes, no=no", invisible, "en-US", source) is None


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "ശ\u0d4d\u200cശ", "ක\u0dca\u200dෂ", "👨\u200d👩\u200d👧 ❤\ufe0f", "葛\U000e0100城市"],
)
def test_a_text_keeps_what_its_script_needs_to_be_displayed(text: str) -> None:
    assert _answer(WORDS, f"\u200b{text}\ufeff") == text


QUOTED = [
    "“{}”",
    "'{}'",
    '"{}"',
    "«{}»",
    "„{}“",
    "「{}」",
    "({})",
    "*{}*",
    "{}!",
    "{}.",
    "{}…",
    "¿{}?",
    " {}\n",
]


@pytest.mark.parametrize("quoted", QUOTED)
@pytest.mark.parametrize(
    ("word", "opted_out", "kind"),
    [
        ("STOP", False, "STOP"),
        ("StopAll", False, "STOP"),
        ("QUIT", False, "STOP"),
        ("unsubscribe", False, "STOP"),
        ("\uff33\uff34\uff2f\uff30", False, "STOP"),
        ("HELP", False, "HELP"),
        ("\u0130nfo", False, "HELP"),
        ("INFO", True, "HELP"),
        ("START", True, "START"),
        ("Yes", True, "START"),
        ("START", False, ""),
        ("stopping", False, ""),
        ("please stop", False, ""),
    ],
)
def test_a_keyword_counts_in_quotation_marks_and_beside_invisible_characters(
    quoted: str, word: str, opted_out: bool, kind: str
) -> None:
    assert keyword("", quoted.format(word), opted_out=opted_out) == kind
    for invisible in INVISIBLE:
        assert keyword("", quoted.format(invisible + word), opted_out=opted_out) == kind
        assert keyword("", invisible + quoted.format(invisible.join(word)), opted_out=opted_out) == kind


@BOTH_CHANNELS
@pytest.mark.parametrize("quoted", QUOTED)
def test_a_number_or_a_choice_counts_in_quotation_marks(quoted: str, source: Source) -> None:
    assert _chosen("yes=yes, no=no", quoted.format("Yes"), "en-US", source) == "yes"
    for number in ("4", "four", "\uff14"):
        assert _answer(RATE, quoted.format(number), source) == "4"
    assert _answer(DIGITS, quoted.format("four"), source) == "4"


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("sí", "continue"),
        ("si", "switch"),
        ("SÍ", "continue"),
        ("Si!", "switch"),
        ("“s\u200bí”", "continue"),
        ("sì", "unknown"),
        ("vamos", "continue"),
        ("slovencina", "switch"),
        ("VAMOS 👍", "continue"),
        ("ok", "switch"),
        ("hola", "unknown"),
    ],
)
def test_a_reply_to_the_welcome_is_compared_in_the_same_steps(reply: str, answer: str) -> None:
    values = {
        "welcomeContinue": "sí, vamos, ok",
        "languageOptionLanguage": "sk-SK",
        "languageOptionLanguageReply": "si, ok, slovenčina",
    }
    assert answer_to_welcome(Reply(reply, "sms"), Prompts("es-MX", values)) == answer


@pytest.mark.parametrize("said", ["TÜRKÇE", "turkce lütfen", "“Tu\u0308rkc\u0327e”"])
def test_a_caller_may_say_the_other_languages_name_in_any_case(said: str) -> None:
    values = {"languageOptionLanguage": "tr-TR", "languageOptionLanguageName": "Türkçe"}
    assert answer_to_welcome(Reply(said, "speech"), Prompts("en-US", values)) == "switch"

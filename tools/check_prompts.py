"""What is wrong with the texts of a survey in one language, or works but was hardly meant."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from survey.domain import prompt_file
from survey.domain.built_in_texts import OPTIONAL_KEYS
from survey.domain.definition import Prompts, Question
from survey.domain.dialogue import MAX_MESSAGE_UNITS, message_units
from survey.domain.forms.dates import ORDERS
from survey.domain.language.matching import ACCENTS_STEP, WORDS_STEP, Collision, collisions, mentions
from survey.domain.question_types import (
    MAX_HINT_CHARACTERS,
    MAX_HINTS,
    accepted_words,
    choice_words,
    number_words,
)
from survey.domain.text_message import keyword
from switchboard.gather_languages import GATHER_LANGUAGES
from tools.check_voice import check_voices
from tools.problem import Problem

K = TypeVar("K")

MONTHS: Final = 12

_GUESSES: Final = 50
"""For so many unknown keys a known one is looked for: that takes milliseconds each."""

# What may stand in braces in a text; in others, braces are said as they are.
_PLACEHOLDERS: Final[Mapping[str, frozenset[str]]] = {
    "wrongAnswerRange": frozenset({"{min}", "{max}"}),
    "wrongAnswerChoices": frozenset({"{choices}"}),
    "wrongAnswerShort": frozenset({"{min}"}),
    "wrongAnswerLength": frozenset({"{min}", "{max}"}),
    "wrongAnswerCount": frozenset({"{min}", "{max}"}),
    "wrongAnswerDate": frozenset({"{order}", "{example}"}),
    "choiceOption": frozenset({"{number}", "{choice}"}),
    "choiceLine": frozenset({"{number}", "{choice}"}),
    "languageOffer": frozenset({"{number}", "{name}"}),
    "summary": frozenset({"{answers}"}),
}


def check_prompts(
    prompts: Prompts, questions: tuple[Question, ...], languages: Iterable[str]
) -> Iterator[Problem]:
    """Yield what is wrong with readable prompts; file and line are filled in by the caller."""
    values = prompts.values
    known = {*prompt_file.KNOWN_KEYS, *prompt_file.OTHER_KEYS, *OPTIONAL_KEYS}
    known |= {question.name + ending for question in questions for ending in prompt_file.QUESTION_ENDINGS}
    goodbyes = {jump.goodbye for question in questions for jump in question.jumps if jump.goodbye}
    known |= goodbyes
    unknown = [
        key for key in values if not {key, key.removesuffix("SMS"), key.removesuffix("WhatsApp")} & known
    ]
    for number, key in enumerate(unknown):
        meant = guess(key, known) if number < _GUESSES else ""
        yield _warning(key, f"is not a key of this survey's prompts{meant}")
    for key, text in values.items():
        if message_units(text) > MAX_MESSAGE_UNITS:
            units = f"has {message_units(text)} characters (UTF-16 code units)"
            yield _warning(key, f"{units}; a text message takes {MAX_MESSAGE_UNITS}")
        yield from _quotes(key, text)
    yield from _left_out(questions, prompts)
    for key in sorted(goodbyes - values.keys()):
        yield _error(key, "the text of this goodbye is missing")
    yield from _braces(prompts)
    if values.get("language", prompts.language) != prompts.language:
        yield _warning("language", f"differs from the language in the file's name, {prompts.language}")
    yield from _languages(prompts, set(languages))
    yield from _speech(prompts)
    yield from check_voices(prompts)
    yield from _replies(prompts)
    yield from _welcome_reply(prompts)
    for question in questions:
        yield from _choices(question, prompts)
    yield from _numbers(prompts)


def check_words(files: Mapping[str, Prompts], questions: tuple[Question, ...]) -> Iterator[Problem]:
    """Yield choices that have words in one language of a survey, and none in another."""
    for question in questions:
        key = f"{question.name}Choices"
        stated = {
            file: {entry.partition("=")[0].strip() for entry in prompts.text(key).split(",") if "=" in entry}
            for file, prompts in files.items()
        }
        every = set().union(*stated.values()) & set(question.choices)
        for file, prompts in files.items():
            for choice in sorted(every - stated[file]):
                yield replace(_error(key, f"has no word for {choice!r}, as other languages do"), file=file)
            if question.type == "yesno" and not every:
                for choice in question.choices:
                    if not prompts.text(f"{choice}Words"):
                        text = f"has no word for {choice!r}: state {choice}Words, or {key}"
                        yield replace(_error(key, text), file=file)


def _quotes(key: str, text: str) -> Iterator[Problem]:
    """Warn of quotation marks that are said or sent as they stand."""
    if text[:1] in {'"', "\u201c"} and not text.endswith(('"', "\u201d")):
        yield _warning(key, "begins with a quotation mark that does not enclose the whole value; it stays")


def _speech(prompts: Prompts) -> Iterator[Problem]:
    """Find a language in which Twilio's Gather would fail."""
    given = prompts.values.get("speechLanguage")
    if given and given not in GATHER_LANGUAGES:
        yield _error("speechLanguage", f"{given!r} is not a language in which Gather recognises speech")
    elif not prompts.speech_language:
        key = "language" if prompts.values.get("language") else "speechLanguage"
        text = (
            f"Gather recognises no speech in {prompts.spoken_language}; speechLanguage must name a language"
        )
        yield _error(key, text)


def _left_out(questions: tuple[Question, ...], prompts: Prompts) -> Iterator[Problem]:
    """Warn of texts that nearly every survey has."""
    lead_ins = ("firstQuestion", "nextQuestion", "lastQuestion")
    # One question has the first lead-in, two have the first and the last.
    spoken = {1: lead_ins[:1], 2: lead_ins[::2]}.get(len(questions), lead_ins)
    for key in ("welcome", "beginSurvey", *spoken, "finalGoodbye", "surveyCompletedAlready"):
        if not prompts.values.get(key):
            state = "is empty" if key in prompts.values else "is missing"
            default = prompts.defaults.get(key)
            instead = f"the built-in text serves: {default}" if default else "nothing is said in its place"
            yield _warning(key, f"{state}; {instead}")


def _languages(prompts: Prompts, languages: Collection[str]) -> Iterator[Problem]:
    """Find languages that are offered and have no file, or cannot be told apart."""
    if prompts.offered_language and prompts.offered_language not in languages:
        yield _error("languageOptionLanguage", f"there is no prompt file for {prompts.offered_language}")
    for code in prompts.listed_languages:
        if code not in languages:
            yield _error("languageOptions", f"there is no prompt file for {code}")
    if prompts.listed_languages and not prompts.values.get("languageName"):
        yield _warning("languageName", "is missing; callers hear the language's code instead of its name")
    order = prompts.values.get("dateOrder", "").strip().upper()
    if order and order not in ORDERS:
        yield _error("dateOrder", f"must be one of {', '.join(ORDERS)}")
    months = prompts.values.get("monthNames", "")
    if months and len([name for name in months.split(",") if name.strip()]) != MONTHS:
        yield _error("monthNames", f"must list {MONTHS} months, separated by commas")


def _braces(prompts: Prompts) -> Iterator[Problem]:
    """Warn of placeholders that nothing is put in for."""
    for key, text in prompts.values.items():
        name = key.removesuffix("SMS")
        if name not in OPTIONAL_KEYS:
            continue
        known = _PLACEHOLDERS.get(name, frozenset())
        if prompts.placeholders:
            known |= {f"{{{declared}}}" for declared in prompts.placeholders}
        for placeholder in sorted({*re.findall(r"\{[^{}]*\}", text)} - known):
            there = f"; there is {', '.join(sorted(known))}" if known else ""
            yield _warning(key, f"{placeholder} stays as it is: it is no placeholder of this text{there}")


def _replies(prompts: Prompts) -> Iterator[Problem]:
    keys = ("welcomeContinue", "languageOptionLanguageReply")
    words = {key: _words(prompts.text(key)) for key in keys}
    for found in collisions(words, prompts.language):
        yield _collision("welcomeContinue", found, f"{found.word!r} also switches the language")
    for key in keys:
        for word in words[key]:
            if keyword("", word, opted_out=False):
                yield _error(key, f"{word!r} is a word by which Twilio knows STOP or HELP")


def _welcome_reply(prompts: Prompts) -> Iterator[Problem]:
    """Warn where a welcome waits for a word that it does not name."""
    words = _words(prompts.text("welcomeContinue"))
    for medium, form in (("sms", "text message"), ("whatsapp", "WhatsApp message")):
        said = "\n".join((prompts.text("welcome", medium), prompts.text("languageOptionSMS"))).strip()
        if not words or not said or (medium == "whatsapp" and prompts.text("welcomeTemplate")):
            continue
        # Some languages write words without spaces between them.
        within = any(not word.isascii() and word in said for word in words)
        if not within and not mentions(said, {"continue": words}, prompts.language):
            listed = " or ".join(repr(word) for word in words)
            yield _warning(
                "welcomeContinue", f"{listed} begins the survey, and the welcome of a {form} does not say so"
            )
            return


def _choices(question: Question, prompts: Prompts) -> Iterator[Problem]:
    key = f"{question.name}Choices"
    spoken = choice_words(question, prompts)
    hints = [word for words in spoken.values() for word in words]
    if len(hints) > MAX_HINTS:
        yield _warning(key, f"has {len(hints)} words; Gather takes {MAX_HINTS} as hints")
    for hint in hints:
        if len(hint) > MAX_HINT_CHARACTERS:
            short = f"{hint[:20]}…"
            yield _warning(
                key, f"{short!r} has {len(hint)} characters; a hint has at most {MAX_HINT_CHARACTERS}"
            )
    for entry in prompts.text(key).split(","):
        choice = entry.partition("=")[0].strip()
        if entry.strip() and choice not in question.choices:
            yield _error(key, f"{choice!r} is not one of the question's choices in survey-config.json")
    for choice, words in spoken.items():
        for other in words:
            if other != choice and other in question.choices:
                yield _warning(key, f"{other!r} stands for {choice!r}, and is the value of another choice")
    yield from _meanings(key, accepted_words(question, prompts), prompts.language)


def _numbers(prompts: Prompts) -> Iterator[Problem]:
    for entry in prompts.values.get("numberWords", "").split(","):
        if entry.strip() and not entry.partition("=")[2].strip().isdecimal():
            yield _error("numberWords", f"{entry.strip()!r} is not written as word=number")
    yield from _meanings("numberWords", number_words(prompts), prompts.language)


def _meanings(key: str, words: Mapping[K, Collection[str]], language: str) -> Iterator[Problem]:
    """Find words that stand for several choices or numbers at a step of the comparison."""
    for found in collisions(words, language):
        text = f"{found.other_word!r} stands for both {found.key!r} and {found.other_key!r}"
        yield _collision(key, found, text)


def _collision(key: str, found: Collision[K], text: str) -> Problem:
    if found.step < WORDS_STEP:
        return _error(key, text)
    difference = "punctuation" if found.step < ACCENTS_STEP else "accents"
    pair = f"{found.word!r} and {found.other_word!r}"
    return _warning(
        key, f"{pair} differ only in {difference}: a reply counts only with the same {difference}"
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def guess(name: str, known: Iterable[str]) -> str:
    """Return the known name that a misspelt one is closest to, as the end of a sentence, or nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; was {close[0]} meant?" if close else ""


def _error(key: str, text: str) -> Problem:
    return Problem("", 0, key, text)


def _warning(key: str, text: str) -> Problem:
    return Problem("", 0, key, text, "warning")

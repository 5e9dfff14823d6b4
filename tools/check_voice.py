"""Find voices that Twilio's Say does not have, or that speak another language than the text.

Say knows man, woman and alice, Amazon's voices as ``Polly.<name>`` with an engine after it, and Google's as
``Google.<locale>-<model>-<name>``: https://www.twilio.com/docs/voice/twiml/say/text-speech. Amazon and Google
add voices, so everything here is a warning and nothing is refused.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from survey.domain.definition import Prompts
from tools.problem import Problem

_SHOWN: Final = 80
_BASIC: Final = frozenset({"man", "woman", "alice"})
_FORMS: Final = "there are man, woman, Polly.<name> and Google.<language>-<model>-<name>"

_POLLY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "arb": "Zeina Hala Zayd",
        "ca": "Arlet",
        "cmn": "Zhiyu",
        "cs": "Jitka",
        "cy": "Gwyneth",
        "da": "Mads Naja Sofie",
        "de": "Daniel Hannah Hans Marlene Sabrina Vicki",
        "en": "Aditi Amy Aria Arthur Ayanda Brian Danielle Emma Geraint Gregory Ivy Jasmine Joanna Joey "
        "Justin Kajal Kendra Kevin Kimberly Matthew Niamh Nicole Olivia Patrick Raveena "
        "Russell Ruth Salli Stephen",
        "es": "Andres Conchita Enrique Lucia Lupe Mia Miguel Pedro Penelope Raul Sergio",
        "fi": "Suvi",
        "fr": "Celine Chantal Gabrielle Isabelle Lea Liam Mathieu Remi",
        "hi": "Aditi Kajal",
        "is": "Dora Karl",
        "it": "Adriano Bianca Carla Giorgio",
        "ja": "Kazuha Mizuki Takumi Tomoko",
        "ko": "Jihye Seoyeon",
        "nb": "Ida Liv",
        "nl": "Laura Lisa Lotte Ruben",
        "pl": "Ewa Jacek Jan Maja Ola",
        "pt": "Camila Cristiano Ines Ricardo Thiago Vitoria",
        "ro": "Carmen",
        "ru": "Maxim Tatyana",
        "sv": "Astrid Elin",
        "tr": "Burcu Filiz",
        "yue": "Hiujin",
    }
)
"""Amazon's voices by language: https://docs.aws.amazon.com/polly/latest/dg/available-voices.html."""

_POLLY_FORM: Final = re.compile(r"Polly\.(?P<name>[^\W\d_]+)(?:-(?P<engine>Neural|Generative))?")
_ENGINES: Final = ("Neural", "Generative")
_PREFIX: Final = re.compile(r"polly\.", re.IGNORECASE)
_GOOGLE_FORM: Final = re.compile(
    r"Google\.(?P<language>[a-z]{2,3})-[A-Za-z]{2}-(?P<model>[A-Za-z0-9]+(?:-HD)?)-(?P<name>[A-Za-z]+)"
)
_GOOGLE_MODELS: Final = (
    "Standard",
    "Wavenet",
    "Neural2",
    "Chirp3-HD",
    "Chirp-HD",
    "Journey",
    "News",
    "Studio",
)

# Languages that have several names, among them those of https://www.twilio.com/docs/voice/twiml/say.
_SAME: Final[Mapping[str, str]] = {"ar": "arb", "zh": "cmn", "zh-hk": "yue", "no": "nb"}
_WITHOUT_ACCENTS: Final = str.maketrans("áéíóúêëôñ", "aeioueeon")


def check_voices(prompts: Prompts) -> Iterator[Problem]:
    """Yield a warning for each voice of a prompt file with which Twilio would hardly say the text."""
    for key, language in (
        ("voice", prompts.spoken_language),
        ("languageOptionVoice", prompts.offered_language),
    ):
        voice = prompts.values.get(key, "").strip()
        if text := voice_problem(voice, language):
            yield Problem("", 0, key, text, "warning")


def voice_problem(voice: str, language: str) -> str:
    """Return what is wrong with a voice for a text in a language; the empty string where nothing is."""
    if not voice or voice.lower() in _BASIC:
        return ""
    if match := _POLLY_FORM.fullmatch(voice):
        name = match["name"].translate(_WITHOUT_ACCENTS)
        spoken = {code for code, names in _POLLY.items() if name in names.split()}
        if not spoken:
            known = chain.from_iterable(names.split() for names in _POLLY.values())
            return _unknown(
                voice, _guess(name, known, f"Polly.{{}}{voice.removeprefix('Polly.' + match['name'])}")
            )
    elif match := _GOOGLE_FORM.fullmatch(voice):
        model = match["model"]
        if model not in _GOOGLE_MODELS:
            meant = voice.replace(f"-{model}-", "-{}-")
            return _unknown(voice, _guess(model, _GOOGLE_MODELS, meant))
        spoken = {_SAME.get(match["language"], match["language"])}
    else:
        return _unknown(voice, _guess_name(voice))
    wanted = language.partition("-")[0].lower()
    if not wanted or _SAME.get(language.lower(), _SAME.get(wanted, wanted)) in spoken:
        return ""
    return f"{voice!r} speaks {' and '.join(sorted(spoken))}, and the text is in {language}"


def _unknown(voice: str, guess: str) -> str:
    return f"{voice[:_SHOWN]!r} is no voice that Twilio is known to have; {guess or _FORMS}"


def _guess(name: str, known: Iterator[str] | tuple[str, ...], form: str) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"was {form.format(close[0])} meant?" if close else ""


def _guess_name(voice: str) -> str:
    """Return the question about a voice of Amazon's whose provider is missing or misspelt."""
    name, _, engine = _PREFIX.sub("", voice).partition("-")
    known = {one.lower(): one for names in _POLLY.values() for one in names.split()}
    found = known.get(name.lower().translate(_WITHOUT_ACCENTS))
    close = difflib.get_close_matches(engine.capitalize(), _ENGINES, n=1)
    suffix = f"-{close[0]}" if close else ""
    return f"was Polly.{found}{suffix} meant?" if found else ""

"""The name by which Gather recognises a language, if Say has another name for it.

https://www.twilio.com/docs/voice/twiml/say/text-speech
"""

from collections.abc import Mapping
from typing import Final

from switchboard.gather_languages import GATHER_LANGUAGES

# Languages that have another name in Gather, or that Gather recognises in another country's variant only.
_SAID_OTHERWISE: Final[Mapping[str, str]] = {
    "ar": "ar-SA",
    "ar-xa": "ar-SA",
    "arb": "ar-SA",
    "cmn-cn": "cmn-Hans-CN",
    "cmn-tw": "cmn-Hant-TW",
    "de": "de-DE",
    "de-at": "de-DE",
    "de-ch": "de-DE",
    "en": "en-US",
    "en-gb-wls": "en-GB",
    "es": "es-US",
    "fr": "fr-FR",
    "fr-be": "fr-FR",
    "fr-ch": "fr-FR",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "nl": "nl-NL",
    "pa-in": "pa-guru-IN",
    "pl": "pl-PL",
    "pt": "pt-BR",
    "ru": "ru-RU",
    "yue-hk": "yue-Hant-HK",
    "zh-cn": "cmn-Hans-CN",
    "zh-hk": "yue-Hant-HK",
}
_BY_LOWER_CASE: Final[Mapping[str, str]] = {language.lower(): language for language in GATHER_LANGUAGES}


def speech_language(language: str) -> str:
    """Return the language attribute with which Gather recognises a language, or empty where it does not.

    >>> speech_language("zh-CN"), speech_language("es-mx"), speech_language("cy-GB")
    ('cmn-Hans-CN', 'es-MX', '')
    """
    key = language.strip().lower()
    return _BY_LOWER_CASE.get(key) or _SAID_OTHERWISE.get(key, "")

"""Texts that are said if a prompt file does not have them.

In English and Spanish there are all of them. In other languages an explanation is left out, or is reduced to
figures that need no language, and the question is asked again.
"""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "Please answer with a number from {min} to {max}.",
    "wrongAnswerChoices": "Please answer with one of these: {choices}.",
    "wrongAnswerNumber": "Please answer with a number.",
    "wrongAnswerText": "Sorry, I did not get that. Please answer in a few words.",
    "nothingHeard": "Sorry, I did not hear anything.",
    "questionSkipped": "Let us leave that one and go on.",
    "surveyCompletedAlready": "You have already completed this survey. Thank you!",
    "finalGoodbye": "Thank you for your time. Goodbye!",
    "goodbye": "Thank you. Goodbye!",
    "apology": "We are sorry, our survey is not available right now. Please try again later.",
    "summary": "Thank you for completing our survey. Your answers: {answers}",
    "summarySkipped": "no answer",
    "numberWords": "to=2,too=2,for=4,fore=4,won=1,ate=8,oh=0,tree=3",
}
_SPANISH: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "Por favor, conteste con un número del {min} al {max}.",
    "wrongAnswerChoices": "Por favor, conteste con una de estas opciones: {choices}.",
    "wrongAnswerNumber": "Por favor, conteste con un número.",
    "wrongAnswerText": "Disculpe, no le entendí. Por favor, conteste en pocas palabras.",
    "nothingHeard": "Disculpe, no escuché su respuesta.",
    "questionSkipped": "Dejemos esa pregunta y sigamos adelante.",
    "surveyCompletedAlready": "Usted ya contestó esta encuesta. ¡Muchas gracias!",
    "finalGoodbye": "Gracias por su tiempo. ¡Hasta luego!",
    "goodbye": "Gracias. ¡Hasta luego!",
    "apology": "Lo sentimos, por el momento la encuesta no está disponible. Por favor, inténtelo más tarde.",
    "summary": "Gracias por contestar nuestra encuesta. Sus respuestas: {answers}",
    "summarySkipped": "sin respuesta",
    "numberWords": "sinco=5,ceis=6,dies=10",
}
_WITHOUT_LANGUAGE: Final[Mapping[str, str]] = {
    "wrongAnswerRange": "{min} - {max}",
    "wrongAnswerChoices": "{choices}",
    "summary": "{answers}",
    "summarySkipped": "-",
}

OPTIONAL_KEYS: Final = frozenset(ENGLISH)
"""Prompt keys that have a built-in text."""


def default_texts(language: str) -> Mapping[str, str]:
    """Return the built-in texts for a BCP 47 language code."""
    return {"en": ENGLISH, "es": _SPANISH}.get(language.partition("-")[0].lower(), _WITHOUT_LANGUAGE)

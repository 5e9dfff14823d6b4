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
    "wrongAnswerShort": "Please answer with at least {min} characters.",
    "wrongAnswerLength": "Please answer with {min} to {max} characters.",
    "wrongAnswerCount": "Please choose {min} to {max} of them.",
    "wrongAnswerDate": "Please say the date with its year, or press eight digits: {order}.",
    "wrongAnswerDateSMS": "Please answer with a date, such as {example}.",
    "dateOrderMDY": "two for the month, two for the day, and four for the year",
    "dateOrderDMY": "two for the day, two for the month, and four for the year",
    "dateOrderYMD": "four for the year, two for the month, and two for the day",
    "yesWords": "yes|yeah|yep|yup|y|sure|of course|correct",
    "noWords": "no|nope|nah|n|not really",
    "choiceOption": "For {choice}, press {number}.",
    "choiceLine": "{number}. {choice}",
    "languageOffer": "For {name}, press {number}.",
    "languageOfferSMS": "{number}. {name}",
    "surveyClosed": "Thank you for your interest. This survey is closed.",
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
    "wrongAnswerShort": "Por favor, conteste con al menos {min} caracteres.",
    "wrongAnswerLength": "Por favor, conteste con {min} a {max} caracteres.",
    "wrongAnswerCount": "Por favor, elija de {min} a {max}.",
    "wrongAnswerDate": "Por favor, diga la fecha con el año, o marque ocho dígitos: {order}.",
    "wrongAnswerDateSMS": "Por favor, conteste con una fecha, por ejemplo {example}.",
    "dateOrderMDY": "dos para el mes, dos para el día y cuatro para el año",
    "dateOrderDMY": "dos para el día, dos para el mes y cuatro para el año",
    "dateOrderYMD": "cuatro para el año, dos para el mes y dos para el día",
    "yesWords": "sí|si|claro|por supuesto|cómo no|correcto",
    "noWords": "no|nunca|para nada",
    "choiceOption": "Para {choice}, oprima {number}.",
    "choiceLine": "{number}. {choice}",
    "languageOffer": "Para {name}, oprima {number}.",
    "languageOfferSMS": "{number}. {name}",
    "surveyClosed": "Gracias por su interés. Esta encuesta está cerrada.",
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
    "wrongAnswerLength": "{min} - {max}",
    "wrongAnswerCount": "{min} - {max}",
    "wrongAnswerDateSMS": "{example}",
    "choiceOption": "{number}: {choice}.",
    "choiceLine": "{number}. {choice}",
    "languageOffer": "{number}: {name}.",
    "languageOfferSMS": "{number}. {name}",
    "summary": "{answers}",
    "summarySkipped": "-",
}

OPTIONAL_KEYS: Final = frozenset(ENGLISH)
"""Prompt keys that have a built-in text."""


def default_texts(language: str) -> Mapping[str, str]:
    """Return the built-in texts for a BCP 47 language code."""
    return {"en": ENGLISH, "es": _SPANISH}.get(language.partition("-")[0].lower(), _WITHOUT_LANGUAGE)

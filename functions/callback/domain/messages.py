"""What a waiting caller hears, in one language; a file may say any part of it differently."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

HOLD_MUSIC: Final = "https://com.twilio.music.soft-rock.s3.amazonaws.com/_ghost_-_promo_2_sample_pack.mp3"
LONGEST: Final = 4096
"""Characters that a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


class MessagesError(Exception):
    """A file of messages that cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Messages:
    """Messages of the wait experience; ``{number}`` stands for the number that was typed in.

    The names are the keys of a messages file.
    """

    language: str = "en-US"
    voice: str = ""
    holdMusicUrl: str = HOLD_MUSIC  # noqa: N815  # so it is called in the file
    initialGreeting: str = "Please wait while we direct your call to the next available representative."  # noqa: N815
    repeatingPrompt: str = (  # noqa: N815
        "To request a callback, or to leave a voicemail, press the star key at any time. "
        "Otherwise, please continue to hold."
    )
    repeatingPromptClosed: str = (  # noqa: N815
        "We are closed at the moment. To leave a voicemail, press the star key at any time."
    )
    callbackOrVoicemailChoice: str = (  # noqa: N815
        "To request a callback when a representative becomes available, press 1. To leave a voicemail for "
        "the next available representative, press 2. To continue holding, press any other key, or remain on "
        "the line."
    )
    voicemailChoice: str = (  # noqa: N815
        "To leave a voicemail for the next available representative, press 2. To continue holding, press any "
        "other key, or remain on the line."
    )
    callbackChoice: str = (  # noqa: N815
        "To request a callback to the number you have called from, press 1. To request a callback to a "
        "different number, press 2. To continue holding, press any other key, or remain on the line."
    )
    callbackForOtherNumber: str = (  # noqa: N815
        "Please enter the phone number, starting with the country code. When you are finished, press the "
        "pound key."
    )
    callbackForOtherNumberConfirm: str = (  # noqa: N815
        "You entered {number}. Press 1 to confirm, or 2 to enter it again."
    )
    callbackSubmitted: str = (  # noqa: N815
        "Thank you. A callback has been requested. You will receive a call shortly. Goodbye."
    )
    recordVoicemailPrompt: str = (  # noqa: N815
        "Please leave a message at the tone. When you are finished, you may hang up, or press the star key."
    )
    voicemailNotCaptured: str = "Sorry. We were not able to capture your message."  # noqa: N815
    voicemailRecorded: str = "Your voicemail has been recorded. Goodbye."  # noqa: N815
    callbackAndVoicemailUnavailable: str = (  # noqa: N815
        "The option to request a callback or to leave a voicemail is not available at this time. Please "
        "continue to hold."
    )
    numberNotAccepted: str = "Sorry. We cannot call that number back."  # noqa: N815
    processingError: str = (  # noqa: N815
        "Sorry, we were unable to do this. Please remain on the line."
    )


_SPANISH: Final = {
    "language": "es-MX",
    "initialGreeting": "Por favor espere mientras dirigimos su llamada al próximo representante disponible.",
    "repeatingPrompt": (
        "Para que le devolvamos la llamada, o para dejar un mensaje, oprima asterisco en cualquier momento. "
        "De lo contrario, siga en la línea."
    ),
    "repeatingPromptClosed": (
        "En este momento estamos cerrados. Para dejar un mensaje, oprima asterisco en cualquier momento."
    ),
    "callbackOrVoicemailChoice": (
        "Para que le devolvamos la llamada cuando haya un representante disponible, oprima 1. Para dejar un "
        "mensaje, oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en la línea."
    ),
    "voicemailChoice": (
        "Para dejar un mensaje, oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en "
        "la línea."
    ),
    "callbackChoice": (
        "Para que le llamemos al número desde el que llama, oprima 1. Para que le llamemos a otro número, "
        "oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en la línea."
    ),
    "callbackForOtherNumber": (
        "Por favor marque el número de teléfono, comenzando con el código del país. Al terminar, oprima la "
        "tecla de número."
    ),
    "callbackForOtherNumberConfirm": (
        "Usted marcó {number}. Oprima 1 para confirmar, o 2 para marcarlo de nuevo."
    ),
    "callbackSubmitted": "Gracias. Hemos registrado su solicitud. Le llamaremos en breve. Adiós.",
    "recordVoicemailPrompt": (
        "Por favor deje su mensaje después del tono. Al terminar, puede colgar u oprimir asterisco."
    ),
    "voicemailNotCaptured": "Lo sentimos. No pudimos grabar su mensaje.",
    "voicemailRecorded": "Su mensaje ha sido grabado. Adiós.",
    "callbackAndVoicemailUnavailable": (
        "Por el momento no es posible solicitar una llamada ni dejar un mensaje. Por favor siga en la línea."
    ),
    "numberNotAccepted": "Lo sentimos. No podemos llamar a ese número.",
    "processingError": "Lo sentimos, no pudimos hacerlo. Por favor permanezca en la línea.",
}

KEYS: Final = tuple(field.name for field in fields(Messages))


def default_messages(language: str) -> Messages:
    """Return the messages of a language that has no file: Spanish for Spanish, English for all others."""
    if language.lower().partition("-")[0] == "es":
        return Messages(**{**_SPANISH, "language": language})
    return Messages()


def parse_messages(document: Any, language: str) -> Messages:
    """Return the messages that a file holds; what it leaves out is said as by default.

    Raises
    ------
    MessagesError
        What is wrong.
    """
    if not isinstance(document, Mapping):
        raise MessagesError("the file must hold a JSON object")
    for key, text in document.items():
        if key not in KEYS:
            raise MessagesError(f"{key} is no message")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise MessagesError(f"{key} must be a text of at most {LONGEST} characters")
    defaults = default_messages(language)
    known = {key: getattr(defaults, key) for key in KEYS}
    return Messages(**{**known, "language": language, **document})

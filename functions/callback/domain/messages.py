"""The texts that a waiting caller hears in one language; a file can replace any of them."""

from typing import Annotated, Final

from pydantic import ConfigDict

from switchboard.inputs.files import read_json
from switchboard.inputs.forms import Text
from switchboard.inputs.model import ConfigModel

HOLD_MUSIC: Final = "https://com.twilio.music.soft-rock.s3.amazonaws.com/_ghost_-_promo_2_sample_pack.mp3"

Spoken = Annotated[str, Text(4096)]
"""As many characters as a Say takes (https://www.twilio.com/docs/voice/twiml/say)."""


class Messages(ConfigModel):
    """Messages of the wait experience; ``{number}`` and ``{country}`` are those of the number typed in."""

    model_config = ConfigDict(extra="forbid")

    language: Spoken = "en-US"
    voice: Spoken = ""
    hold_music_url: Spoken = HOLD_MUSIC
    initial_greeting: Spoken = "Please wait while we direct your call to the next available representative."
    repeating_prompt: Spoken = (
        "To request a callback, or to leave a voicemail, press the star key at any time. "
        "Otherwise, please continue to hold."
    )
    repeating_prompt_closed: Spoken = (
        "We are closed at the moment. To leave a voicemail, press the star key at any time."
    )
    callback_or_voicemail_choice: Spoken = (
        "To request a callback when a representative becomes available, press 1. To leave a voicemail for "
        "the next available representative, press 2. To continue holding, press any other key, or remain on "
        "the line."
    )
    voicemail_choice: Spoken = (
        "To leave a voicemail for the next available representative, press 2. To continue holding, press any "
        "other key, or remain on the line."
    )
    callback_choice: Spoken = (
        "To request a callback to the number you have called from, press 1. To request a callback to a "
        "different number, press 2. To continue holding, press any other key, or remain on the line."
    )
    callback_for_other_number: Spoken = (
        "Please enter the phone number with its area code, or, for a number in another country, with the "
        "country code. When you are finished, press the pound key."
    )
    callback_for_other_number_confirm: Spoken = (
        "You entered {number}, {country}. Press 1 to confirm, or 2 to enter it again."
    )
    callback_submitted: Spoken = (
        "Thank you. A callback has been requested. You will receive a call shortly. Goodbye."
    )
    record_voicemail_prompt: Spoken = (
        "Please leave a message at the tone. When you are finished, you may hang up, or press the star key."
    )
    voicemail_not_captured: Spoken = "Sorry. We were not able to capture your message."
    voicemail_recorded: Spoken = "Your voicemail has been recorded. Goodbye."
    callback_and_voicemail_unavailable: Spoken = (
        "The option to request a callback or to leave a voicemail is not available at this time. Please "
        "continue to hold."
    )
    number_not_accepted: Spoken = "Sorry. We cannot call that number back."
    processing_error: Spoken = "Sorry, we were unable to do this. Please remain on the line."


_SPANISH: Final = Messages(
    language="es-MX",
    initial_greeting="Por favor espere mientras dirigimos su llamada al próximo representante disponible.",
    repeating_prompt=(
        "Para que le devolvamos la llamada, o para dejar un mensaje, oprima asterisco en cualquier momento. "
        "De lo contrario, siga en la línea."
    ),
    repeating_prompt_closed=(
        "En este momento estamos cerrados. Para dejar un mensaje, oprima asterisco en cualquier momento."
    ),
    callback_or_voicemail_choice=(
        "Para que le devolvamos la llamada cuando haya un representante disponible, oprima 1. Para dejar un "
        "mensaje, oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en la línea."
    ),
    voicemail_choice=(
        "Para dejar un mensaje, oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en "
        "la línea."
    ),
    callback_choice=(
        "Para que le llamemos al número desde el que llama, oprima 1. Para que le llamemos a otro número, "
        "oprima 2. Para seguir esperando, oprima cualquier otra tecla o permanezca en la línea."
    ),
    callback_for_other_number=(
        "Por favor marque el número de teléfono con su código de área o, si es de otro país, con el código "
        "del país. Al terminar, oprima la tecla de número."
    ),
    callback_for_other_number_confirm=(
        "Usted marcó {number}, {country}. Oprima 1 para confirmar, o 2 para marcarlo de nuevo."
    ),
    callback_submitted="Gracias. Hemos registrado su solicitud. Le llamaremos en breve. Adiós.",
    record_voicemail_prompt=(
        "Por favor deje su mensaje después del tono. Al terminar, puede colgar u oprimir asterisco."
    ),
    voicemail_not_captured="Lo sentimos. No pudimos grabar su mensaje.",
    voicemail_recorded="Su mensaje ha sido grabado. Adiós.",
    callback_and_voicemail_unavailable=(
        "Por el momento no es posible solicitar una llamada ni dejar un mensaje. Por favor siga en la línea."
    ),
    number_not_accepted="Lo sentimos. No podemos llamar a ese número.",
    processing_error="Lo sentimos, no pudimos hacerlo. Por favor permanezca en la línea.",
)


def default_messages(language: str) -> Messages:
    """Return the messages of a language that has no file: Spanish for Spanish, English for all others."""
    if language.lower().partition("-")[0] == "es":
        return _SPANISH.model_copy(update={"language": language})
    return Messages()


def read_messages(content: bytes, file: str, language: str) -> Messages:
    """Return the messages of a file, with the defaults of those that it leaves out.

    Raises
    ------
    switchboard.inputs.files.FileError
        With everything that is wrong.
    """
    found = read_json(Messages, content, file).model_dump(by_alias=False, exclude_unset=True)
    return default_messages(language).model_copy(update={"language": language, **found})

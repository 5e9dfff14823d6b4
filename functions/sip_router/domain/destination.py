"""Destinations of calls: eight types, what each may hold, and the TwiML that it becomes."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Self

from pydantic import ValidationInfo, field_validator

from sip_router.domain.twiml_document import whole_document
from sip_router.domain.uris import read_referral, read_sip_uri, read_url
from switchboard.inputs.forms import Sid
from switchboard.inputs.model import ConfigModel
from switchboard.text import xml_text

MAX_SAY_CHARACTERS: Final = 4096
MAX_TWIML_BYTES: Final = 63 * 1024

TO_SAVE: Final = "to save"
"""The context in which pydantic reads what is to be saved, which is checked more strictly than for a call."""

_NOT_IN_CLIENT: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _read_client(text: str) -> str:
    """Return a client's identity (https://www.twilio.com/docs/voice/twiml/client).

    Twilio advises against spaces, delimiters and the like, but takes them.
    """
    if not 1 <= len(text) <= 256:
        raise ValueError("must be a client identity of 1 to 256 characters")
    if _NOT_IN_CLIENT.search(text):
        raise ValueError("must not have control characters")
    return text


def _read_words(text: str) -> str:
    """Return words to say (https://www.twilio.com/docs/api/errors/13521)."""
    if not 1 <= len(text) <= MAX_SAY_CHARACTERS:
        raise ValueError(f"must be words to say, at most {MAX_SAY_CHARACTERS} characters")
    if xml_text(text) != text:
        raise ValueError("must not have control characters")
    return text


def _read_twiml(text: str) -> str:
    """Return TwiML without a byte order mark (its size: https://www.twilio.com/docs/api/errors/11750)."""
    text = text.removeprefix("\ufeff").lstrip()
    if not text:
        raise ValueError("must be TwiML verbs, such as <Hangup/>")
    if len(text.encode("utf-8", "replace")) > MAX_TWIML_BYTES:
        raise ValueError(f"must have at most {MAX_TWIML_BYTES} bytes")
    whole_document(text)
    return text


class DestinationType(StrEnum):
    """A type of destination.

    Attributes
    ----------
    read : Callable[[str], str]
        Returns a destination of this type as Twilio takes it; raises ValueError ("must be …") for any other
        text.
    twiml : str or None
        The verb, with ``%s`` for the attribute that asks for a report, and for the destination; None: the
        destination is TwiML itself.
    reports_outcome : bool
        Whether Twilio reports how it went while the caller is still there, so that something else can be
        tried.
    """

    read: Callable[[str], str]
    twiml: str | None
    reports_outcome: bool

    WEBHOOK = "webhook", read_url, "<Redirect%s>%s</Redirect>"
    DIAL_APPLICATION = (
        "dial-application",
        Sid("AP").read,
        "<Dial%s><Application><ApplicationSid>%s</ApplicationSid></Application></Dial>",
        True,
    )
    DIAL_CLIENT = "dial-client", _read_client, "<Dial%s><Client>%s</Client></Dial>", True
    DIAL_SIP = "dial-sip", read_sip_uri, "<Dial%s><Sip>%s</Sip></Dial>", True
    PLAY = "play", read_url, "<Play%s>%s</Play>"
    REFER = "refer", read_referral, "<Refer%s><Sip>%s</Sip></Refer>", True
    SAY = "say", _read_words, "<Say%s>%s</Say>"
    TWIML = "twiml", _read_twiml, None

    def __new__(
        cls, value: str, read: Callable[[str], str], twiml: str | None, reports_outcome: bool = False
    ) -> Self:
        """Make a type of its row in the table."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.read, member.twiml, member.reports_outcome = read, twiml, reports_outcome
        return member


class Destination(ConfigModel):
    """The destination of a call.

    Attributes
    ----------
    destination : str
        A URL, a SIP URI, a client identity, an application SID, words to say or TwiML, by type. As Twilio
        takes it: without white space around it, an international domain name in its ASCII form.
    """

    type: DestinationType
    destination: str

    @field_validator("destination")
    @classmethod
    def _read_by_type(cls, text: str, info: ValidationInfo) -> str:
        kind: DestinationType | None = info.data.get("type")
        if kind is None:
            return text
        found = kind.read(text.strip())
        if kind is DestinationType.TWIML and info.context == TO_SAVE:
            from sip_router.domain.twiml_grammar import grammar_problem

            problem = grammar_problem(found)
            if problem:
                raise ValueError(problem)
        return found

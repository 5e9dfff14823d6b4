"""The choice among more than two languages, which the welcome lists by number.

``languageOptions=en-US,es-MX,fr-FR`` lists them in a prompt file. Each language's own file has its name
(``languageName``), further words that choose it (``languageReplies``), and how it is offered
(``languageOffer``, ``languageOfferSMS``, with ``{number}`` and ``{name}``). Without that key a prompt file
offers one other language, as `answers.answer_to_welcome` reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from survey.domain.answers import Reply
from survey.domain.definition import Definition, Medium, Prompts
from survey.domain.language.matching import matches, mentions
from survey.domain.language.numbers import number_in
from survey.domain.question_types import fill


@dataclass(frozen=True, slots=True)
class Offer:
    """A language that can be chosen: its texts, its number and its name."""

    prompts: Prompts
    number: int
    name: str

    def text(self, medium: Medium) -> str:
        """Return how the language is offered, in the language itself."""
        return fill(self.prompts.text("languageOffer", medium), number=self.number, name=self.name)


def language_offers(definition: Definition) -> tuple[Offer, ...]:
    """Return the languages that can be chosen; a language keeps its number if another one cannot be used."""
    codes = definition.prompts.listed_languages
    return tuple(
        Offer(prompts, codes.index(prompts.language) + 1, prompts.text("languageName") or prompts.language)
        for prompts in definition.listed
        if prompts.language in codes
    )


def waits_at_welcome(definition: Definition, medium: Medium) -> bool:
    """Tell whether a contact gets the welcome alone, and begins with the reply to it."""
    prompts = definition.prompts
    if definition.listed:
        return True
    if medium == "voice":
        return prompts.offers_language
    return bool(prompts.text("welcome", medium) or prompts.text("languageOptionSMS"))


def listed_language(reply: Reply, definition: Definition) -> str:
    """Return the language that a reply to the welcome chooses; empty to give the welcome again.

    It is chosen by its number, its name, its code or another of its words. Anything else that is said or
    pressed begins in the current language; by text message a ``welcomeContinue``, if there is one, has to be
    sent.
    """
    offers = language_offers(definition)
    current = definition.prompts.language
    words = {offer.prompts.language: tuple(_words(offer)) for offer in offers}
    if reply.payload in words:
        return reply.payload
    found = matches(reply.text, words, current)
    if reply.source == "speech":
        found = found or mentions(reply.text, words, current)
    if len(found) == 1:
        return found[0]
    spoken = dict.fromkeys((current, *words))
    numbers = {number_in(reply.text, language) for language in spoken}
    by_number = {offer.prompts.language for offer in offers if offer.number in numbers}
    if len(by_number) == 1:
        return by_number.pop()
    begin = definition.prompts.text("welcomeContinue") if reply.source == "sms" else ""
    expected = {"continue": tuple(word.strip() for word in (begin, *begin.split(",")))}
    return current if not begin or matches(reply.text, expected, current) else ""


def _words(offer: Offer) -> Iterator[str]:
    yield offer.name
    yield offer.prompts.language
    yield from (word.strip() for word in offer.prompts.text("languageReplies").split(",") if word.strip())

"""Messaging TwiML: <Message> and <Redirect>.

https://www.twilio.com/docs/messaging/twiml
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element, document_of, method_of, resolve

if TYPE_CHECKING:
    from local.http_messages import HttpResponse

_MESSAGE_ATTRIBUTES = frozenset({"to", "from", "action", "method", "statusCallback"})


@dataclass(frozen=True)
class Reply:
    """A ``<Message>`` with its recipient and text; "" stands for the sender of the incoming message."""

    body: str
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    action: str = ""
    method: str = "POST"
    status_callback: str = ""


@dataclass
class Replies:
    """A messaging document: its messages in order, and the method and URL of a redirect."""

    replies: list[Reply] = field(default_factory=list)
    redirect: tuple[str, str] | None = None
    warnings: list[str] = field(default_factory=list)


def read_replies(answer: HttpResponse, url: str) -> Replies:
    """Read the document that a message's webhook answered.

    Parameters
    ----------
    answer
        The webhook's answer; plain text is one message.
    url
        The webhook's URL, which relative URLs start from.

    Raises
    ------
    BadTwiml
        Not TwiML, or a verb that a message cannot be answered with (12200).
    """
    document = Replies()
    for verb in document_of(answer).children:
        if verb.name == "#text":
            document.replies.append(Reply(verb.text))
        elif verb.name in {"Message", "Sms"}:
            document.replies.append(_message(verb, url, document.warnings))
        elif verb.name == "Redirect":
            if not verb.text:
                raise BadTwiml(11100, "Invalid URL format: <Redirect> names no URL")
            document.redirect = (method_of(verb), resolve(url, verb.text))
            return document
        else:
            raise BadTwiml(12200, f"Schema validation: <{verb.name}> cannot answer a message")
    return document


def _message(verb: Element, url: str, warnings: list[str]) -> Reply:
    warnings += [
        f"Attribute '{name}' is not allowed in <Message>"
        for name in verb.attributes
        if name not in _MESSAGE_ATTRIBUTES
    ]
    bodies = [child.own_text for child in verb.children if child.name == "Body"]
    media = tuple(resolve(url, child.text) for child in verb.children if child.name == "Media")
    for child in verb.children:
        if child.name not in {"Body", "Media"}:
            raise BadTwiml(12200, f"Schema validation: <{child.name}> inside <Message>")
    body = "".join(bodies) if bodies else verb.own_text
    if not body and not media:
        raise BadTwiml(14103, "Invalid Body: a <Message> needs text or media")
    action, callback = verb.get("action"), verb.get("statusCallback")
    return Reply(
        body=body,
        media=media,
        to=verb.get("to"),
        sender=verb.get("from"),
        action=resolve(url, action) if action else "",
        method=method_of(verb),
        status_callback=resolve(url, callback) if callback else "",
    )

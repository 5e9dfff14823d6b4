"""POST /sms/webhook: every text message that a respondent sends.

One query finds what is known about the sender, one conditional write notes what the message changed, and the
next thing to say is the reply. Messages that race are taken one after the other.
"""

import re
from dataclasses import dataclass
from typing import Final

from survey import clock, entry, leaving, progress, twiml
from survey.domain import dialogue, engine, opt_out
from survey.domain.answers import Reply as Answered
from survey.domain.definition import UnusableError
from survey.domain.dialogue import Prompt
from survey.domain.session import Session
from survey.settings import InboundSettings
from survey.storage import definitions, sessions
from survey.webhook_params import Choice, chosen
from switchboard.auth import TwilioSignature
from switchboard.endpoint import endpoint
from switchboard.errors import BadRequest, FieldError
from switchboard.log import count, logger
from switchboard.reply import Reply, empty_twiml
from switchboard.request import Request
from switchboard.settings import from_environment
from switchboard.validation import is_e164

MOST_WELCOMES: Final = 10
"""How many replies in a row that do not begin the survey get the welcome again: it may be a machine."""

# Senders that are no phone number: a short code, an alphanumeric sender ID, an address of another channel
# (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id).
_NO_NUMBER: Final = re.compile(r"\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|[a-z]+:\S{1,256}")


@dataclass(frozen=True)
class Message:
    """An inbound message, as the webhook tells it.

    ``ids`` are its MessageSid and idempotency token: the same when the webhook is delivered again.
    ``survey_id`` is empty unless the webhook's URL names a survey.
    """

    sender: str
    body: str
    opt_out_type: str
    ids: tuple[str, ...]
    survey_id: str
    choice: Choice


@endpoint(TwilioSignature())
def handler(request: Request) -> Reply:
    """Answer a message with the next thing to say, or with nothing.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    message = _message(request)
    if not is_e164(message.sender):
        # Nobody to take a survey, and perhaps a machine that answers every message.
        logger.info("A message from a sender without a phone number is left unanswered")
        return empty_twiml()
    prompt = sessions.retried(lambda: _turn(message, sessions.of_respondent(message.sender)))
    return twiml.written(prompt) if prompt else empty_twiml()


def _message(request: Request) -> Message:
    params = request.params
    sender = params.get("From", "").strip()
    if not is_e164(sender) and not _NO_NUMBER.fullmatch(sender):
        raise BadRequest.about(FieldError(field="From", message="must be a number, + and 7 to 15 digits"))
    ids = (params.get("MessageSid", ""), request.idempotency_token or "")
    return Message(
        sender=sender,
        body=params.get("Body", ""),
        opt_out_type=params.get("OptOutType", "").strip(),
        ids=tuple(message_id[:64] for message_id in ids if message_id),
        survey_id=params.get("surveyId", "").strip(),
        choice=chosen(params),
    )


def _turn(message: Message, known: sessions.Known) -> Prompt | None:
    """Return the reply to a message; StaleSessionError when somebody else was faster."""
    wish = opt_out.wish(message.opt_out_type, message.body, opted_out=known.opted_out)
    if wish == "STOP":
        _leave(message.sender)
        return None
    if wish == "START" and known.opted_out:
        sessions.opt_in(message.sender)
        count("SurveyOptIn")
        return None
    session = _addressed(message, known)
    if known.opted_out or (message.opt_out_type and not _is_go_ahead(message, session)):
        return None
    try:
        return _say(message, session, asks_for_help=wish == "HELP")
    except UnusableError as reason:
        survey_id, language = _survey(message, session)
        return dialogue.apology(definitions.apology(reason, survey_id, language), "sms")


def _leave(sender: str) -> None:
    """Note an opt-out, then end the surveys under way. Twilio has answered already."""
    sessions.opt_out(sender, clock.now())
    leaving.end_all(sessions.of_respondent(sender))
    count("SurveyOptOut")


def _addressed(message: Message, known: sessions.Known) -> Session | None:
    """Return the session that a message belongs to: the survey named, or the one under way, or the latest."""
    if message.survey_id:
        return known.session(message.survey_id)
    now = clock.now()

    def claim(session: Session) -> tuple[bool, bool, bool, int]:
        was_told = session.has_seen(*message.ids)
        return was_told, engine.resumes(session, now), session.is_open, session.updated_at

    return max(known.sessions, key=claim, default=None)


def _is_go_ahead(message: Message, session: Session | None) -> bool:
    """Whether a word such as YES, which Twilio took for START, is the reply that our welcome asked for."""
    if session is None or not session.is_open or session.state != "welcome_wait" or session.medium != "sms":
        return False
    if message.opt_out_type.upper() != "START":
        return False
    try:
        prompts = definitions.of_session(session).prompts
    except UnusableError:
        return False
    return bool(prompts.text("welcomeContinue")) and engine.continues(Answered(message.body, "sms"), prompts)


def _survey(message: Message, session: Session | None) -> tuple[str, str]:
    if session is None:
        return message.choice.survey_id, message.choice.language
    return session.survey_id, session.language


def _say(message: Message, session: Session | None, *, asks_for_help: bool) -> Prompt | None:
    now = clock.now()
    if session is not None:
        if session.has_seen(*message.ids) or (asks_for_help and session.is_under_way(now)):
            return _next(session)
        if session.status == "COMPLETED":
            return dialogue.completed_already(definitions.of_session(session).prompts, "sms")
    after = _after(message, session, now)
    if after is None:
        return None
    after = engine.remember(after, *message.ids)
    # Everything that can fail comes before the write, so that an apology leaves the session as it was.
    prompt = _next(after)
    progress.commit(after, session, now)
    if (session is None or not session.is_open) and leaving.has_left(message.sender):
        return None
    return prompt


def _next(session: Session) -> Prompt | None:
    """Return what is to be read now; nothing where the welcome was sent over and over to no avail."""
    if session.is_open and session.state == "welcome_wait" and session.attempts > MOST_WELCOMES:
        return None
    return dialogue.prompt(session, definitions.of_session(session), "sms")


def _after(message: Message, session: Session | None, now: int) -> Session | None:
    """Return the session after a message, or None where the message is not about a survey."""
    if session is not None and engine.resumes(session, now):
        if session.is_open and session.medium == "sms":
            return entry.replied(session, Answered(message.body, "sms"), now)
    elif not from_environment(InboundSettings).start_on_inbound:
        return None
    return entry.entered(message.choice, session, respondent=message.sender, medium="sms", now=now)

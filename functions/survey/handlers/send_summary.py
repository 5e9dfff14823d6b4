"""What happens once a survey is completed: a text message with a summary, where the settings want one."""

from typing import Any

from survey.domain.definition import Prompts
from survey.domain.dialogue import fit_message
from survey.domain.session import Answer, Session
from survey.messaging import send_text
from survey.requests.webhook_params import has_number
from survey.settings import MessageSettings, SummarySettings
from survey.storage import sessions
from survey.storage.definitions import load_definition
from switchboard.aws.idempotency import once
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.settings import from_environment
from switchboard.twilio import errors as twilio_errors


@processor(dict[str, Any])
def handler(event: Event[dict[str, Any]]) -> None:
    """Text the respondent a summary of the answers, once."""
    if not from_environment(SummarySettings).summary_text:
        return
    to = event.detail["respondent"]
    if not has_number(to):
        return
    state = sessions.load_respondent(to)
    session = state.session(event.detail["surveyId"])
    if state.opted_out or session is None or session.session_id != event.detail["sessionId"]:
        return
    body = summary(session, load_definition(session.ref).prompts)
    once(f"survey-summary/{session.session_id}", lambda: _send(to, body))


def summary(session: Session, prompts: Prompts) -> str:
    """Return the text: the prompt ``summary``, its {answers} replaced by a line for each question."""
    lines = [_line(number, answer, prompts) for number, answer in enumerate(session.answers, start=1)]
    return fit_message(prompts.text("summary", "sms").replace("{answers}", "\n" + "\n".join(lines)))


def _line(number: int, answer: Answer, prompts: Prompts) -> str:
    label = prompts.text(f"{answer.question.partition('#')[0]}Label", "sms") or str(number)
    return f"{label}: {answer.text or prompts.text('summarySkipped', 'sms')}"


def _send(to: str, body: str) -> str:
    from twilio.base.exceptions import TwilioRestException

    try:
        return send_text(from_environment(MessageSettings).messaging_sender, to, body)
    except TwilioRestException as error:
        if error.code != twilio_errors.OPTED_OUT and error.code not in twilio_errors.NUMBER_REFUSED:
            raise
        logger.info("The respondent cannot get messages", extra={"code": error.code})
        return ""

"""What happens once a survey is completed: a text message with a summary, where the settings want one."""

from survey import respondent
from survey.domain.definition import Prompts
from survey.domain.prompt_file import LONGEST_TEXT
from survey.domain.session import Answer, Session
from survey.settings import MessageSettings, SummarySettings
from survey.storage import definitions, sessions
from survey.texting import text
from switchboard.idempotency import once
from switchboard.log import logger
from switchboard.processor import Event, processor
from switchboard.settings import from_environment

# The number cannot get messages: https://www.twilio.com/docs/api/errors
_UNREACHABLE = frozenset({21211, 21214, 21217, 21265, 21408, 21610, 21612, 21614, 21635})


@processor
def handler(event: Event) -> None:
    """Text the respondent a summary of the answers, once."""
    if not from_environment(SummarySettings).summary_text:
        return
    to = event.detail["respondent"]
    if not respondent.has_number(to):
        return
    known = sessions.of_respondent(to)
    session = known.session(event.detail["surveyId"])
    if known.opted_out or session is None or session.session_id != event.detail["sessionId"]:
        return
    prompts = definitions.definition(session.survey_id, session.language).prompts
    body = summary(session, prompts)
    once(f"survey-summary/{session.session_id}", lambda: _send(to, body))


def summary(session: Session, prompts: Prompts) -> str:
    """Return the text: the prompt ``summary``, its {answers} replaced by a line for each question."""
    lines = [_line(number, answer, prompts) for number, answer in enumerate(session.answers, start=1)]
    body = prompts.text("summary", "sms").replace("{answers}", "\n" + "\n".join(lines))
    return body if len(body) <= LONGEST_TEXT else body[: LONGEST_TEXT - 1] + "…"


def _line(number: int, answer: Answer, prompts: Prompts) -> str:
    label = prompts.text(f"{answer.question.partition('#')[0]}Label", "sms") or str(number)
    return f"{label}: {answer.text or prompts.text('summarySkipped', 'sms')}"


def _send(to: str, body: str) -> str:
    from twilio.base.exceptions import TwilioRestException

    settings: MessageSettings = from_environment(MessageSettings)
    try:
        return text(settings.messaging_sender, to, body)
    except TwilioRestException as error:
        if error.code not in _UNREACHABLE:
            raise
        logger.info("The respondent cannot get messages", extra={"code": error.code})
        return ""

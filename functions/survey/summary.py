"""A text message with a respondent's answers, once the survey is completed."""

from survey.domain.dialogue import summary
from survey.settings import MessageSettings, SummarySettings
from survey.storage import sessions
from survey.storage.definitions import load_definition
from switchboard.aws.idempotency import once
from switchboard.log import logger
from switchboard.settings import from_environment
from switchboard.twilio.messaging import send_text
from switchboard.twilio.outcome import NUMBER_REFUSED, OPTED_OUT, Refused


def send_summary(respondent: str, survey_id: str, session_id: str) -> None:
    """Text the respondent a summary of a session's answers, once, if the settings say so."""
    has_number = respondent.startswith("+")
    if not from_environment(SummarySettings).summary_text or not has_number:
        return
    state = sessions.load_respondent(respondent)
    session = state.session(survey_id)
    if state.opted_out or session is None or session.session_id != session_id:
        return
    body = summary(session, load_definition(session.ref).prompts)
    once(f"survey-summary/{session_id}", lambda: _send(respondent, body))


def _send(to: str, body: str) -> str:
    try:
        return send_text(from_environment(MessageSettings).messaging_sender, to, body)
    except Refused as error:
        if error.code != OPTED_OUT and error.code not in NUMBER_REFUSED:
            raise
        logger.info("The respondent cannot get messages", extra={"code": error.code})
        return ""

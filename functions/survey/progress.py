"""How a survey goes on: load the respondent's state, decide, store, publish.

Every turn is taken again where a concurrent request wrote first. A session that its result file does not
state yet carries ``due_at``: the event is the fast way to get the file written, and where the bus does not
take it, expire_sessions finds the session by ``due_at`` and publishes the event again. So no caller waits for
the bus.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from survey.domain import call_turn, engine, text_message
from survey.domain.call_turn import CallTurn
from survey.domain.decision import Change, Context, Decision, change
from survey.domain.dialogue import Prompt
from survey.domain.result import result_document, result_key
from survey.domain.session import DAY_MS, RespondentState, Session, Status
from survey.domain.text_message import Message
from survey.settings import InboundSettings, ResultSettings, SessionSettings
from survey.storage import sessions
from survey.storage.definitions import load_definition
from survey.storage.results import save_result
from switchboard import bus
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.deadline import within
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms, parse_iso_ms

SOURCE: Final = "switchboard.survey"

OLDER_SOURCE: Final = "custom.twilioSurveyApp"
OLDER_DETAIL_TYPE: Final = "surveystate"
"""How the application before this one published its events."""

COMPLETED: Final = "survey.completed"

PUBLISH_SECONDS: Final = 1.0
"""How long a caller waits for the bus to take an event."""


def context() -> Context:
    """Return what decisions rest on at this moment."""
    inbound = from_environment(InboundSettings)
    return Context(
        now=now_ms(),
        lifetime=from_environment(SessionSettings).lifetime,
        definitions=load_definition,
        session_id=uuid.uuid4().hex,
        start_on_inbound=inbound.start_on_inbound,
        replies_per_day=inbound.replies_per_day,
    )


def answer_message(message: Message) -> Prompt | None:
    """Take a text message, and return the reply to it; None for no reply."""
    if text_message.is_stop(message):
        # Before the sessions are read: a request that starts a survey at this moment looks for it afterwards.
        sessions.save_opt_out(message.sender, now_ms())
        count("SurveyOptOut")
    return retry_on_conflict(lambda: _answer_message(message))


def answer_call(turn: CallTurn) -> Decision:
    """Take a call's webhook, and return what is said next and the session that it is about."""
    return retry_on_conflict(lambda: _answer_call(turn))


def end_call(respondent: str, survey_id: str, call_sid: str, session_id: str, status: Status) -> None:
    """Take the end of a call, whose survey is then ended where the call held one."""
    retry_on_conflict(lambda: _end_call(respondent, survey_id, call_sid, session_id, status))


def end_if_opted_out(respondent: str) -> bool:
    """Tell whether a respondent opted out while a survey was being started; end the survey then.

    STOP stores the opt-out and then reads the sessions; a request that starts a survey stores the session and
    then reads the opt-out. Whichever is second sees the other.
    """
    return retry_on_conflict(lambda: _end_if_opted_out(respondent))


def expire(respondent: str, survey_id: str, now: int) -> bool:
    """Expire a session that is due, or publish again that its result file has to be written.

    Returns
    -------
    bool
        Whether the session expired.
    """
    session = sessions.load(respondent, survey_id)
    if session is None or not 0 < session.due_at <= now:
        return False  # The index is behind the table.
    if not session.is_open or not session.is_expired(now):
        publish(session)
        return False
    try:
        save_and_publish(change(engine.end(session, "EXPIRED", now), session, now))
    except WriteConflict:
        return False  # The respondent replied at this moment.
    return True


def record_result(respondent: str, survey_id: str, event_type: str) -> None:
    """Write a session's result file, and publish ``survey.completed`` once that is true.

    ``survey.started`` records no session that has ended since: its ``survey.ended`` does, so that a survey
    which is over in no time is not completed twice.
    """
    wrote = False

    def turn() -> None:
        nonlocal wrote
        session = sessions.load(respondent, survey_id)
        if session is None:
            logger.info("The session is gone: its start was rolled back, or its result file was deleted")
            return
        is_done = session.is_recorded or (event_type == "survey.started" and not session.is_open)
        if is_done and not wrote:
            return  # An event that came twice, or late, must not write a file again that was deleted since.
        save_result(session)
        wrote = True
        if not is_done:  # Otherwise a file of this event's, from before the session changed, was replaced.
            _finish_recording(session)

    retry_on_conflict(turn)


def forget(respondent: str, survey_id: str, deleted_at: datetime) -> bool:
    """Delete the session whose result file was deleted, so that the survey can be taken again.

    A session that began or changed after that moment stays, and so does one whose result file is still to be
    written. EventBridge gives the time in whole seconds.
    """
    session = sessions.load(respondent, survey_id)
    if session is None or session.updated_at >= parse_iso_ms(deleted_at) + 1000:
        return False
    if session.due_at and not session.is_open:
        return False
    sessions.delete(session)
    return True


def save_and_publish(decided: Change) -> None:
    """Write a session, and publish that it began or ended.

    Raises
    ------
    WriteConflict
        A concurrent request wrote the session since it was read. Nothing is written or published then.
    """
    sessions.save(decided.session, decided.replaces)
    if decided.event:
        publish(decided.session)


def publish(session: Session) -> None:
    """Publish ``survey.started`` or ``survey.ended``; a failure is logged, and left to expire_sessions."""
    try:
        with within(PUBLISH_SECONDS):
            bus.publish(
                SOURCE, "survey.started" if session.is_open else "survey.ended", event_detail(session)
            )
    except bus.BusError:
        logger.exception(
            "The event is published again by expire_sessions", extra={"session_id": session.session_id}
        )


def event_detail(session: Session) -> dict[str, object]:
    """Return what the survey's events state."""
    return {
        "surveyId": session.survey_id,
        "respondent": session.respondent,
        "sessionId": session.session_id,
        "surveyMedium": session.medium,
        "surveyStatus": session.status,
        "languageSet": session.language,
        "questionIndex": session.question_index,
        "callSid": session.call_sid or None,
    }


def _answer_message(message: Message) -> Prompt | None:
    state = sessions.load_respondent(message.sender)
    decision = text_message.decide(state, message, context())
    if decision.opts_in:
        sessions.delete_opt_out(message.sender)
        count("SurveyOptIn")
    if decision.say and not _admit(message, state, decision):
        return None
    if decision.counts_reply and decision.session:
        sessions.save_reply_count(decision.session)
    for decided in decision.changes:
        save_and_publish(decided)
    begins = any(decided.begins for decided in decision.changes)
    if begins and not state.opted_out and end_if_opted_out(message.sender):
        return None
    return decision.say


def _admit(message: Message, state: RespondentState, decision: Decision) -> bool:
    """Count a reply that no session counts: to a new sender, or an apology for a survey without a session."""
    inbound = from_environment(InboundSettings)
    limits = []
    if decision.session is None:
        limits.append((f"apologies#{message.sender}", inbound.replies_per_day))
    if not state.sessions:
        limits.append((f"new-senders#{message.recipient}", inbound.new_senders_per_day))
    today = now_ms() // DAY_MS
    if all(sessions.count_reply(counter, today, limit) for counter, limit in limits):
        return True
    count("SurveyRepliesOverLimit")
    logger.warning("A message gets no reply: the day's number of replies is reached")
    return False


def _answer_call(turn: CallTurn) -> Decision:
    session = sessions.load(turn.respondent, turn.ref.survey_id)
    decision = call_turn.decide(session, turn, context())
    for decided in decision.changes:
        save_and_publish(decided)
    return decision


def _end_call(respondent: str, survey_id: str, call_sid: str, session_id: str, status: Status) -> None:
    session = sessions.load(respondent, survey_id)
    for decided in call_turn.decide_end(session, call_sid, session_id, status, now_ms()).changes:
        save_and_publish(decided)


def _end_if_opted_out(respondent: str) -> bool:
    state = sessions.load_respondent(respondent)
    if state.opted_out:
        for decided in text_message.end_all(state, now_ms()).changes:
            save_and_publish(decided)
    return state.opted_out


def _finish_recording(session: Session) -> None:
    if session.status == "COMPLETED":
        _publish_completed(session)
    sessions.mark_recorded(session)
    count("SurveyRecorded", status=session.status)


def _publish_completed(session: Session) -> None:
    """Publish the completed survey with its result; with the file's key alone where that is too large."""
    result = result_document(session)
    key = {"resultKey": result_key(session.respondent, session.survey_id)}
    _publish_with(SOURCE, COMPLETED, {**event_detail(session), **key}, {"result": result})
    if from_environment(ResultSettings).publish_older_event:
        older = {"currentState": "post-survey-results", "postBody": {"From": session.respondent}, **key}
        _publish_with(
            OLDER_SOURCE,
            OLDER_DETAIL_TYPE,
            older,
            {"resultsObject": {**result, "currentState": "post-survey-results"}},
        )


def _publish_with(
    source: str, detail_type: str, detail: Mapping[str, object], result: Mapping[str, object]
) -> None:
    whole = {**detail, **result}
    fits = bus.size(detail_type, whole) <= bus.BYTES_PER_REQUEST
    bus.publish(source, detail_type, whole if fits else detail)

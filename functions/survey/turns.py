"""Survey turns: load the respondent's state, decide, store, publish.

A turn is repeated if a concurrent request wrote first. A session whose result file is not written yet
has ``due_at``: the event gets the file written soon, and if the bus does not take the event, expire_sessions
finds the session by ``due_at`` and publishes it again. So no caller waits for the bus.
"""

import uuid
from dataclasses import replace
from typing import Final

from survey.domain import call_turn, engine, text_message
from survey.domain.call_turn import CallTurn
from survey.domain.decision import Context, Decision, Limit
from survey.domain.definition import Definition, UnusableError
from survey.domain.dialogue import Prompt
from survey.domain.result import result_content
from survey.domain.session import DAY_MS, RespondentState, Session, Status
from survey.domain.text_message import Message
from survey.requests.recording_event import RecordingEvent
from survey.settings import InboundSettings, SessionSettings
from survey.storage import sessions
from survey.storage.completions import count_completions
from survey.storage.definitions import find_definition
from switchboard import aws, bus
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.deadline import within
from switchboard.log import count, logger
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms

SOURCE: Final = "switchboard.survey"

PUBLISH_SECONDS: Final = 1.0
"""Seconds that a caller waits for the bus to take an event."""

CALLBACK_SECONDS: Final = 4.0
"""Seconds that the table, and then the bus, may take for a callback, which Twilio gives up after 15."""

RECORD_WITHIN_MS: Final = 120_000
"""Milliseconds after which expire_sessions publishes an event again whose result file is not written yet."""

MAX_SUPERSEDED_BYTES: Final = 150_000
"""Most bytes of a replaced session's result in its successor's item (DynamoDB's limit is 400 KB)."""


def answer_message(message: Message) -> Prompt | None:
    """Process a text message, and return the reply to it; None for no reply."""
    if message.is_stop:
        # Before the sessions are read: a request that starts a survey at this moment looks for it afterwards.
        sessions.save_opt_out(message.sender, now_ms())
        count("SurveyOptOut")
        retry_on_conflict(lambda: _end_all(sessions.load_respondent(message.sender)))
        return None
    return retry_on_conflict(lambda: _answer_message(message))


def answer_call(turn: CallTurn) -> Decision:
    """Process a call's webhook, and return what is said next and the session."""
    return retry_on_conflict(lambda: _answer_call(turn))


def end_call(respondent: str, survey_id: str, call_sid: str, session_id: str, status: Status) -> None:
    """Process the end of a call: end the survey that the call held.

    It is the one that the URL names, or, where the call did not hold that, another one of the respondent's: a
    number's own status callback names no survey.
    """
    retry_on_conflict(lambda: _end_call(respondent, survey_id, call_sid, session_id, status))


def note_or_defer_recording(told: RecordingEvent) -> None:
    """Store what a callback tells of a recording, by the bus and `SurveyNoteRecording` if that fails now.

    Twilio does not tell it again.
    """
    try:
        with within(CALLBACK_SECONDS):
            note_recording(told)
    except (aws.AwsError, WriteConflict) as error:
        logger.warning("A recording is noted later, by the bus", extra={"reason": str(error)})
        count("SurveyRecordingDeferred")
        with within(CALLBACK_SECONDS):
            bus.publish(SOURCE, "survey.recording", told.model_dump())


def note_recording(told: RecordingEvent) -> None:
    """Store what a callback tells of a recording, unless its session is gone.

    The result file of a survey that has ended is written again.
    """
    if not retry_on_conflict(lambda: _note_recording(told)):
        logger.info("The session of a recording is gone", extra={"recording_sid": told.recording_sid})


def end_if_opted_out(respondent: str) -> bool:
    """Tell whether a respondent opted out while a survey was being started; end the survey then.

    STOP stores the opt-out and then reads the sessions; a request that starts a survey stores the session and
    then reads the opt-out. The second of them sees what the first one stored.
    """
    return retry_on_conflict(lambda: _end_if_opted_out(respondent))


def expire(respondent: str, survey_id: str, now: int) -> bool:
    """Expire a session that is due, or publish its event again if the result file is not written.

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
        save_and_publish(session.end("EXPIRED", now), session, now)
    except WriteConflict:
        return False  # The respondent replied at this moment.
    return True


def new_context() -> Context:
    """Return the time, the settings and the id that a decision is made with now."""
    inbound = from_environment(InboundSettings)
    return Context(
        now=now_ms(),
        lifetime=from_environment(SessionSettings).lifetime,
        session_id=uuid.uuid4().hex,
        start_on_inbound=inbound.start_on_inbound,
        replies_per_day=inbound.replies_per_day,
        new_senders_per_day=inbound.new_senders_per_day,
    )


def with_completions(
    context: Context, survey: Definition | UnusableError, session: Session | None
) -> Context:
    """Return the context with the number of completed surveys, if a new one may begin and has a quota."""
    if isinstance(survey, UnusableError) or survey.rules.quota is None:
        return context
    if not engine.starts_anew(session, context.now):
        return context
    return replace(context, completions=count_completions(survey.survey_id))


def is_closed(survey: Definition, context: Context) -> bool:
    """Tell whether no survey begins any more, by its end date or its quota."""
    return survey.rules.is_closed(context.now, with_completions(context, survey, None).completions)


def save_and_publish(session: Session, replaces: Session | None, now: int) -> None:
    """Write a session, and publish an event if it began or ended.

    Raises
    ------
    WriteConflict
        A concurrent request wrote the session since it was read. Nothing is written or published then.
    """
    stored = mark_for_recording(session, replaces, now)
    sessions.save(stored, replaces)
    if stored is not session:
        publish(stored)


def mark_for_recording(session: Session, replaces: Session | None, now: int) -> Session:
    """Return the session with the time by which its result file must be written; itself if it need not be.

    If it replaces a session whose result file is not written yet, it also holds that result.
    """
    if not session.needs_recording(replaces):
        return session
    superseded = session.superseded
    is_other = replaces is not None and replaces.session_id != session.session_id
    if replaces is not None and is_other and (replaces.is_open or replaces.due_at):
        content = result_content(replaces.end("EXPIRED", now))
        superseded = content if len(content.encode()) <= MAX_SUPERSEDED_BYTES else ""
    return replace(session, due_at=now + RECORD_WITHIN_MS, superseded=superseded)


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
    """Return the detail that the survey's events have in common."""
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
    context = new_context()
    state = sessions.load_respondent(message.sender)
    session = text_message.find_session(state, message, context.now)
    survey = find_definition(text_message.survey_to_ask(session, message, context.now))
    context = with_completions(context, survey, session)

    decision = text_message.decide(state, session, message, survey, context)

    if decision.opts_in:
        sessions.delete_opt_out(message.sender)
        count("SurveyOptIn")
    if not all(_is_within(limit, context.now) for limit in decision.limits):
        return None
    _store(decision, session, context.now)
    if _begins(decision, session) and end_if_opted_out(message.sender):
        return None
    return decision.reply


def _answer_call(turn: CallTurn) -> Decision:
    context = new_context()
    session = sessions.load(turn.respondent, turn.ref.survey_id)
    survey = find_definition(call_turn.survey_to_ask(session, turn, context.now))
    context = with_completions(context, survey, session)

    decision = call_turn.decide(session, turn, survey, context)

    _store(decision, session, context.now)
    return decision


def _end_call(respondent: str, survey_id: str, call_sid: str, session_id: str, status: Status) -> None:
    now = now_ms()
    session = sessions.load(respondent, survey_id)
    if session is None or not session.is_held_by(call_sid, session_id):
        held = (other for other in sessions.load_respondent(respondent).sessions if other.is_open)
        session = next((other for other in held if other.is_held_by(call_sid, session_id)), None)
    _store(call_turn.end_call(session, call_sid, session_id, status, now), session, now)


def _note_recording(told: RecordingEvent) -> bool:
    session = sessions.load(told.respondent, told.survey_id)
    if session is None or session.session_id != told.session_id:
        return False
    noted = session.with_recording(told.recording_sid, told.recording)
    if noted != session:
        # `version` stays: URLs of the call in progress name it as the current step.
        save_and_publish(replace(noted, callback_count=session.callback_count + 1), session, now_ms())
    return True


def _end_if_opted_out(respondent: str) -> bool:
    state = sessions.load_respondent(respondent)
    if state.opted_out:
        _end_all(state)
    return state.opted_out


def _end_all(state: RespondentState) -> None:
    now = now_ms()
    for session in state.sessions:
        if session.is_open:
            save_and_publish(session.end("OPTED_OUT", now), session, now)


def _store(decision: Decision, session: Session | None, now: int) -> None:
    if decision.session is None or decision.session == session:
        return
    if decision.counts_reply:
        sessions.save_reply_count(decision.session)
    else:
        save_and_publish(decision.session, session, now)


def _begins(decision: Decision, session: Session | None) -> bool:
    is_open = decision.session is not None and decision.session.is_open
    return is_open and not (session is not None and session.is_open)


def _is_within(limit: Limit, now: int) -> bool:
    """Count a reply towards a limit; False if the limit is reached."""
    if sessions.count_reply(limit.counter, now // DAY_MS, limit.per_day):
        return True
    count("SurveyRepliesOverLimit")
    logger.warning("A message gets no reply: the day's number of replies is reached")
    return False

"""A session: one respondent's progress through one survey.

A session is a value: each turn makes a new one, and the storage writes it on the condition that no concurrent
request wrote in between. Everything that is said follows from the session and the survey's definition, so a
repeated webhook gets the same reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from survey.domain.answers import Recording
from survey.domain.definition import Medium, SurveyRef

Status = Literal[
    "STARTED",
    "COMPLETED",
    "OPTED_OUT",
    "EXPIRED",
    "VOICEMAIL",
    "NO_ANSWER",
    "BUSY",
    "FAILED",
    "CANCELED",
    "ABANDONED",
]
State = Literal["welcome_wait", "question_wait", "post-survey"]
Feedback = Literal["", "wrong", "silence", "skipped"]
Preamble = Literal["", "begin", "welcome"]

CLOSED_FOR_GOOD: Final[frozenset[Status]] = frozenset({"COMPLETED", "OPTED_OUT", "EXPIRED"})
"""Statuses of sessions that are not resumed by a later call or message."""

HELD_MS: Final = 300_000
"""Milliseconds after its last turn for which a call holds its survey if Twilio did not report the call's end.

A turn is a prompt, which may take minutes to say, and the answer."""

STARTING_MS: Final = 15_000
"""Milliseconds that a request which starts a survey may take."""

MAX_PROCESSED_MESSAGES: Final = 8
"""Number of latest messages whose ids a session keeps, to recognise a repeated webhook."""

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question.

    Parameters
    ----------
    question : str
        The question's key in the definition (its questionName; a repeated name gets ``#2``, ``#3``…).
    text : str
        The answer as checked: a number in digits, a choice's value, or the respondent's own words.
        Empty when the question was skipped.
    confidence : float, str or None
        ``"DTMF"``, ``"sms"``, or the recogniser's confidence between 0 and 1; None where it gave none. For a
        skipped question that of the last reply; None if there was none.
    at : int
        Milliseconds since the epoch.
    skipped : bool
        Whether the question was asked three times without a usable answer.
    said : str
        The last reply to a skipped question; empty after silence.
    number : int, float or None
        The answer to a ``dtmf`` question as a number, if it is one.
    typed : bool, int, float, tuple of str or None
        The typed value of an answer to the other types, if it is not the text.
    recording : str
        The SID of the recording that is the answer; `Session.recordings` has it.
    """

    question: str
    text: str
    confidence: float | str | None
    at: int
    skipped: bool = False
    said: str = ""
    number: float | None = None
    typed: bool | float | tuple[str, ...] | None = None
    recording: str = ""

    @property
    def value(self) -> bool | float | str | tuple[str, ...]:
        """The answer, typed alike on all channels: a number where the question asks for one, else a text."""
        if self.number is not None:
            return self.number
        return self.text if self.typed is None else self.typed


@dataclass(frozen=True, slots=True)
class Session:
    """One respondent in one survey.

    Parameters
    ----------
    respondent : str
        E.164 number, or the CallSid of a caller whose number is withheld.
    survey_id : str
        ``"default"`` for the files at the bucket's root.
    session_id : str
        32 hex digits; a new session for the same respondent has a new one.
    version : int
        Incremented by every turn; the step that voice URLs name and the condition of the next write.
    started_at, updated_at, ended_at, waits_until : int
        Milliseconds since the epoch; ``ended_at`` is None while the survey is open.
    question : str
        Key of the open question; empty while the welcome waits and after the last question.
    attempts : int
        Number of unusable answers to the open question (0 to 2); while the welcome waits, the number of
        replies that did not begin the survey.
    feedback : str
        What precedes the next question: why it is asked again, or that one was skipped.
    preamble : str
        What precedes the first question of this contact: the begin text, or the welcome and the begin text.
    call_sid : str
        The call that holds the survey, or held it last, or empty; see `is_held_by`.
    message_sid : str
        The message by which a request started the survey, once Twilio has taken it, or empty.
    processed_ids : tuple of str
        Latest message ids and idempotency tokens, oldest first.
    due_at : int
        When expire_sessions has to process the session, in ms; 0 for never.
    superseded : str
        Result file (JSON) of the session that this one replaced before that was recorded, or empty.
    reply_day, reply_count : int
        A day since the epoch (UTC), and the number of replies without a new question on that day.
    fields : mapping of str to str
        What placeholders in the prompts stand for, such as ``{name}``: further fields of the request that
        started the survey.
    recordings : mapping of str to Recording
        By SID, those that are answers and those of which a callback has told before the answer came.
    callback_count : int
        Number of callbacks that changed `recordings`; a condition of the next write beside ``version``, which
        they leave alone.
    is_counted : bool
        Whether the completed survey was counted towards a quota.
    """

    respondent: str
    survey_id: str
    session_id: str
    medium: Medium
    language: str
    started_at: int
    updated_at: int
    waits_until: int
    status: Status = "STARTED"
    state: State = "welcome_wait"
    version: int = 1
    question: str = ""
    attempts: int = 0
    feedback: Feedback = ""
    preamble: Preamble = ""
    answers: tuple[Answer, ...] = ()
    ended_at: int | None = None
    call_sid: str = ""
    message_sid: str = ""
    processed_ids: tuple[str, ...] = ()
    due_at: int = 0
    superseded: str = ""
    reply_day: int = 0
    reply_count: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    recordings: Mapping[str, Recording] = field(default_factory=dict)
    callback_count: int = 0
    is_counted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the survey is under way."""
        return self.status == "STARTED"

    @property
    def is_recorded(self) -> bool:
        """Whether the result file states that the survey began, or ended, as the session does."""
        return self.due_at == (self.waits_until if self.is_open else 0)

    @property
    def question_index(self) -> int:
        """Number of questions dealt with: the index of the open one, as result files count."""
        return len(self.answers)

    @property
    def ref(self) -> SurveyRef:
        """The survey, and the language of the session."""
        return SurveyRef(self.survey_id, self.language)

    @property
    def answered(self) -> frozenset[str]:
        """Keys of the questions dealt with."""
        return frozenset(answer.question for answer in self.answers)

    def is_expired(self, now: int) -> bool:
        """Whether an unfinished survey has waited too long to be resumed at `now` (ms)."""
        return self.status not in CLOSED_FOR_GOOD and now >= self.waits_until

    def is_under_way(self, now: int) -> bool:
        """Whether the survey waits for a reply at `now` (ms) and has not expired."""
        return self.is_open and not self.is_expired(now)

    def is_resumable(self, now: int) -> bool:
        """Whether the next contact continues this session at `now` (ms), instead of starting a new one."""
        if self.status in CLOSED_FOR_GOOD or self.is_expired(now):
            return False
        return self.is_open or bool(self.answers)

    def next_ref(self, ref: SurveyRef, now: int) -> SurveyRef:
        """Return the survey and language of the next contact, where a request names `ref`.

        The survey is the session's own, and so is the language unless a new session begins.
        """
        if self.status == "COMPLETED" or self.is_resumable(now):
            return self.ref
        return SurveyRef(self.survey_id, ref.language)

    def is_on_call(self, now: int) -> bool:
        """Whether a call holds the survey at `now` (ms): it rings, or was answered."""
        return (
            self.is_open and self.medium == "voice" and bool(self.call_sid) and self._is_fresh(HELD_MS, now)
        )

    def is_being_started(self, now: int) -> bool:
        """Whether another request may be placing the call, or sending the first message, at `now` (ms)."""
        started = self.call_sid if self.medium == "voice" else self.message_sid or self.processed_ids
        return self.is_open and not started and self._is_fresh(STARTING_MS, now)

    def is_held_by(self, call_sid: str, session_id: str) -> bool:
        """Whether a call holds the survey, so that its turns and its end count.

        A survey that initiate-call starts has no ``call_sid`` until Twilio has returned the SID of the call;
        until then the session id in the call's URLs identifies the call. initiate-call stores the SID, or the
        call's first webhook does. The SID of an inbound call is stored when the call begins. From then on the
        survey belongs to that call: the end of any other call changes nothing. Another call takes over when
        it begins (it is inbound, or a person answers one that initiate-call placed while the survey was open
        already), or when it answers the open step; a text message that continues the survey clears the SID.
        The SID stays when the call ends, for an answer that Twilio delivers after the end.
        """
        if self.medium != "voice":
            return False
        return self.call_sid == call_sid if self.call_sid else self.session_id == session_id

    def has_processed(self, *message_ids: str) -> bool:
        """Whether one of the (non-empty) ids belongs to a message that was processed before."""
        return any(message_id in self.processed_ids for message_id in message_ids if message_id)

    def needs_recording(self, before: "Session | None") -> bool:
        """Whether the session began, ended or was resumed since `before`, or changed after its end."""
        if before is None or not self.is_open:
            return True
        return (self.session_id, self.status) != (before.session_id, before.status)

    def next_turn(self, now: int) -> "Session":
        """Return the session with the next version, and with its whole lifetime ahead of it."""
        lifetime = self.waits_until - self.updated_at
        return replace(self, version=self.version + 1, updated_at=now, waits_until=now + lifetime)

    def end(self, status: Status, now: int) -> "Session":
        """Return the session ended with `status`; itself if it is not open."""
        if not self.is_open:
            return self
        ended = replace(self.next_turn(now), status=status, state="post-survey", ended_at=now)
        return replace(ended, feedback="", preamble="")

    def with_recording(self, sid: str, recording: Recording) -> "Session":
        """Return the session with what is known of a recording, added to what it knows already."""
        merged = self.recordings.get(sid, Recording()).merge(recording)
        return replace(self, recordings={**self.recordings, sid: merged})

    def with_message(self, *message_ids: str) -> "Session":
        """Return the session with the (non-empty) ids of a message that it has processed."""
        ids = (*self.processed_ids, *(message_id for message_id in message_ids if message_id))
        return replace(self, processed_ids=ids[-2 * MAX_PROCESSED_MESSAGES :])

    def replies_today(self, now: int) -> int:
        """Return the number of counted replies on the day of `now` (ms)."""
        return self.reply_count if self.reply_day == now // DAY_MS else 0

    def with_reply(self, now: int) -> "Session":
        """Return the session with one more counted reply."""
        return replace(self, reply_day=now // DAY_MS, reply_count=self.replies_today(now) + 1)

    def _is_fresh(self, milliseconds: int, now: int) -> bool:
        return now - self.updated_at < milliseconds


@dataclass(frozen=True, slots=True)
class RespondentState:
    """What is stored about a respondent."""

    sessions: tuple[Session, ...] = ()
    opted_out: bool = False

    def session(self, survey_id: str) -> Session | None:
        """Return the respondent's session in one survey."""
        return next((session for session in self.sessions if session.survey_id == survey_id), None)

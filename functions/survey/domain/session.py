"""What is known about one respondent's way through one survey.

A session is a value: the engine makes a new one for every turn, the store writes it under the condition that
nobody else wrote in between. Everything that is said to a respondent follows from it and from the survey's
definition, so a repeated webhook can always be answered again.
"""

from dataclasses import dataclass
from typing import Final, Literal

Medium = Literal["voice", "sms"]
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
Note = Literal["", "wrong", "silence", "skipped"]
Opening = Literal["", "begin", "welcome"]

DEFAULT_SURVEY: Final = "default"
"""The survey whose files lie at the bucket's root."""

CLOSED_FOR_GOOD: Final[frozenset[Status]] = frozenset({"COMPLETED", "OPTED_OUT", "EXPIRED"})
"""Statuses that a later call or message does not take up again."""

HELD_MS: Final = 300_000
"""After its last turn, for how long a call whose end nobody reported is taken to hold its survey, in ms.

A turn is a prompt, which may take minutes to say, and the answer."""

STARTING_MS: Final = 15_000
"""For how long a survey that nobody has answered may still be being started, in ms: a request's longest."""

REMEMBERED_MESSAGES: Final = 8
"""How many of the latest message ids a session keeps, to recognise one that is delivered twice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's outcome.

    Parameters
    ----------
    question : str
        The question's key in the definition (its questionName; a repeated name gets ``#2``, ``#3``…).
    text : str
        The answer as checked: a number in digits, a choice's value, or the respondent's own words.
        Empty when the question was skipped.
    confidence : float, str or None
        ``"DTMF"``, ``"sms"``, or the recogniser's confidence between 0 and 1; for a skipped question that of
        what was said last, and None where nothing was.
    at : int
        Milliseconds since the epoch.
    skipped : bool
        True when three askings brought no usable answer.
    said : str
        For a skipped question, what the respondent last said or wrote; empty after silence.
    """

    question: str
    text: str
    confidence: float | str | None
    at: int
    skipped: bool = False
    said: str = ""


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
        Grows by one with every write; the step that voice URLs name and the condition of the next write.
    started_at, updated_at, ended_at, expires_at : int
        Milliseconds since the epoch; ``ended_at`` is None while the survey is open.
    question : str
        Key of the open question; empty before the first and after the last.
    attempts : int
        Askings of the open question that brought no usable answer (0 to 2); while the welcome waits, replies
        that did not begin the survey.
    note : str
        What to mention before the next question: why it is asked again, or that one was skipped.
    opening : str
        What comes before the first question of this contact: the begin text, or the welcome and that.
    call_sid : str
        The call that holds the survey, or held it last, or empty; `is_held_by` tells its life.
    seen : tuple of str
        Latest message ids and idempotency tokens, oldest first.
    due_at : int
        When the sweeper has to look at it next, in ms; 0 when never.
    superseded : str
        Result file (JSON) of the session that this one replaced before it was written, or empty.
    """

    respondent: str
    survey_id: str
    session_id: str
    medium: Medium
    language: str
    started_at: int
    updated_at: int
    expires_at: int
    status: Status = "STARTED"
    state: State = "welcome_wait"
    version: int = 1
    question: str = ""
    attempts: int = 0
    note: Note = ""
    opening: Opening = ""
    answers: tuple[Answer, ...] = ()
    ended_at: int | None = None
    call_sid: str = ""
    seen: tuple[str, ...] = ()
    due_at: int = 0
    superseded: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the survey is under way."""
        return self.status == "STARTED"

    @property
    def question_index(self) -> int:
        """Number of questions dealt with: the index of the open one, as result files count."""
        return len(self.answers)

    def is_expired(self, now: int) -> bool:
        """Whether an unfinished survey has waited too long to be taken up again at `now` (ms)."""
        return self.status not in CLOSED_FOR_GOOD and now >= self.expires_at

    def is_under_way(self, now: int) -> bool:
        """Whether the survey waits for a reply, and does not wait in vain, at `now` (ms)."""
        return self.is_open and not self.is_expired(now)

    def is_on_call(self, now: int) -> bool:
        """Whether a call holds the survey at `now` (ms): it rings, or somebody is on it."""
        return (
            self.is_open and self.medium == "voice" and bool(self.call_sid) and self._is_fresh(HELD_MS, now)
        )

    def is_being_started(self, now: int) -> bool:
        """Whether another request may be placing the call, or sending the first message, at `now` (ms)."""
        heard_of = self.call_sid if self.medium == "voice" else self.seen
        return self.is_open and not heard_of and self._is_fresh(STARTING_MS, now)

    def is_held_by(self, call_sid: str, session_id: str) -> bool:
        """Whether a call holds the survey, so that its turns and its end count.

        The life of ``call_sid``: a survey that initiate-call begins has none until Twilio has said which call
        it placed; for that moment the session id in the call's URLs stands for it. initiate-call then notes
        it, or the call's first webhook does, whichever is first. An inbound call is noted as it enters. From
        then on the survey belongs to that call: the end of any other changes nothing. Another call takes over
        by entering (it is inbound, or a person answers one that initiate-call placed while the survey was
        open already), or by answering the step that is open; a text message that goes on with the survey
        clears it. It stays when the call ends, for an answer that Twilio delivers after the end.
        """
        if self.medium != "voice":
            return False
        return self.call_sid == call_sid if self.call_sid else self.session_id == session_id

    def _is_fresh(self, milliseconds: int, now: int) -> bool:
        return now - self.updated_at < milliseconds

    def has_seen(self, *message_ids: str) -> bool:
        """Whether one of the (non-empty) ids belongs to a message that was already dealt with."""
        return any(message_id in self.seen for message_id in message_ids if message_id)

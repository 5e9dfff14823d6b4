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
    confidence : float or str
        ``"DTMF"``, ``"sms"``, or the recogniser's confidence between 0 and 1.
    at : int
        Milliseconds since the epoch.
    skipped : bool
        True when three askings brought no usable answer.
    said : str
        For a skipped question, what the respondent last said or wrote; empty after silence.
    """

    question: str
    text: str
    confidence: float | str
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
        Askings of the open question that brought no usable answer (0 to 2).
    note : str
        What to mention before the next question: why it is asked again, or that one was skipped.
    opening : str
        What comes before the first question of this contact: the begin text, or the welcome and that.
    call_sid : str
        The call that is holding the survey, or empty.
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

    def is_held_by(self, call_sid: str, session_id: str) -> bool:
        """Whether a call holds the survey: by its SID, or by its URLs' session id until the SID is known."""
        if self.medium != "voice":
            return False
        return self.call_sid == call_sid if self.call_sid else self.session_id == session_id

    def has_seen(self, *message_ids: str) -> bool:
        """Whether one of the (non-empty) ids belongs to a message that was already dealt with."""
        return any(message_id in self.seen for message_id in message_ids if message_id)

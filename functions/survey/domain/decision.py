"""The outcome of a turn, and the values that a turn is decided by."""

from dataclasses import dataclass

from survey.domain.dialogue import Prompt
from survey.domain.session import Session


@dataclass(frozen=True, slots=True)
class Context:
    """The time, the settings and the id that a decision is made with.

    Attributes
    ----------
    now : int
        Milliseconds since the epoch.
    lifetime : int
        Milliseconds that a session waits for a reply.
    session_id : str
        The id of a session that begins.
    start_on_inbound : bool
        Whether a text message from a number without a session starts a survey.
    replies_per_day : int
        Replies to one number in a day that ask no new question.
    new_senders_per_day : int
        Numbers without a session that get a reply from one of our numbers in a day.
    completions : int
        Completed surveys so far, where a quota limits them and a new session may begin.
    """

    now: int
    lifetime: int
    session_id: str
    start_on_inbound: bool
    replies_per_day: int
    new_senders_per_day: int
    completions: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of replies a day that is counted apart from sessions."""

    counter: str
    per_day: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a turn: what to store, and the reply.

    Attributes
    ----------
    session : Session or None
        The session after the turn. Its next version is to be stored, unless the turn left it as it was.
    reply : Prompt or None
        What the respondent hears or reads; None for no reply.
    counts_reply : bool
        Only the session's number of counted replies changes.
    limits : tuple of Limit
        Limits that the reply counts towards: nothing is stored or said once one of them is reached.
    opts_in : bool
        The respondent's opt-out ends.
    """

    session: Session | None = None
    reply: Prompt | None = None
    counts_reply: bool = False
    limits: tuple[Limit, ...] = ()
    opts_in: bool = False

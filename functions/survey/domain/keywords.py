"""The words by which a respondent opts out, opts in, or asks for help.

With Advanced Opt-Out, Twilio says which it was (OptOutType); without it, Twilio knows the English words
below. Either way Twilio has answered already:
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

from typing import Final, Literal

Keyword = Literal["", "STOP", "START", "HELP"]

_STOP: Final = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_START: Final = frozenset({"start", "unstop", "yes"})
_HELP: Final = frozenset({"help", "info"})


def keyword(opt_out_type: str, body: str, *, opted_out: bool) -> Keyword:
    """Return what a message asks for beyond the survey, or the empty string.

    Parameters
    ----------
    opt_out_type : str
        The webhook's OptOutType, empty without Advanced Opt-Out.
    body : str
        The message.
    opted_out : bool
        Whether the respondent has opted out: only then are START, UNSTOP and YES more than a reply.
    """
    if opt_out_type:
        kinds: dict[str, Keyword] = {"STOP": "STOP", "START": "START"}
        return kinds.get(opt_out_type.upper(), "HELP")
    word = body.strip().rstrip(".!").lower()
    if word in _STOP:
        return "STOP"
    if opted_out and word in _START:
        return "START"
    return "HELP" if word in _HELP else ""

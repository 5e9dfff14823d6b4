"""The menu of the wait experience: the step that follows a key.

Every step is a path below the wait URL, and is named like the last part of the path.
"""

from dataclasses import dataclass
from typing import Final, Literal

from callback.domain.dialed_number import may_call, number_of

LOOP: Final = "loop"
CHOICE: Final = "choice"
OPTION: Final = "option"
NUMBER: Final = "number"
TYPED: Final = "typed"
CONFIRM: Final = "confirm"
RECORD: Final = "record"
RECORDED: Final = "recorded"
TRANSCRIBED: Final = "transcribed"

STEPS: Final = frozenset({LOOP, CHOICE, OPTION, NUMBER, TYPED, CONFIRM, RECORD, RECORDED, TRANSCRIBED})
"""The steps besides the first, which is the wait URL itself."""

KEYED: Final = frozenset({CHOICE, OPTION, NUMBER, TYPED, CONFIRM})
"""The steps that a key leads to."""

LONGEST_NUMBER: Final = 15
MOST_TRIES: Final = 3

Kind = Literal["wait", "options", "own number", "ask number", "confirm number", "call back", "voicemail"]


@dataclass(frozen=True)
class MenuStep:
    """The step that follows a key.

    Attributes
    ----------
    kind : str
        ``wait`` on; hear the ``options``; choose whether ``own number`` is to be called; be asked for another
        (``ask number``); ``confirm number``; have it called back (``call back``); leave a ``voicemail``.
    number : str
        E.164: the number that is confirmed or called back; the one that is not, where another is asked for.
    is_refused : bool
        Whether the caller has typed a number that is not called back.
    tries : int
        How often a number has been typed in.
    """

    kind: Kind
    number: str = ""
    is_refused: bool = False
    tries: int = 0


WAIT: Final = MenuStep("wait")


def after_key(  # noqa: PLR0911  # a case for each key that means something
    step: str,
    digits: str,
    *,
    caller: str,
    is_open: bool,
    called: str = "",
    number: str = "",
    tries: int = 0,
) -> MenuStep:
    """Return the step that follows a key.

    Parameters
    ----------
    step : str
        One of KEYED.
    digits : str
        What was pressed.
    caller : str
        The caller's number, or what Twilio sends where it is withheld.
    is_open : bool
        Whether the team is there: outside its hours there are voicemails only.
    called : str
        The number that was called: a number that is typed in is first tried in its country.
    number : str
        The number that was typed in, at ``confirm``; at ``typed`` the one before, which was wrong.
    tries : int
        How often a number has been typed in.
    """
    match step, digits:
        case "choice", "*":
            return MenuStep("options")
        case "option", "1" if is_open:
            return MenuStep("own number", caller) if may_call(caller) else MenuStep("ask number")
        case "option", "2":
            return MenuStep("voicemail")
        case "number", "1" if may_call(caller):
            return MenuStep("call back", caller)
        case "number", "2":
            return MenuStep("ask number")
        case "typed", _ if digits:
            return _typed(digits, called, number, tries + 1)
        case "confirm", "1" if may_call(number):
            return MenuStep("call back", number)
        case "confirm", "2":
            return MenuStep("ask number", number, tries=tries) if tries < MOST_TRIES else WAIT
        case _:
            return WAIT


def _typed(digits: str, called: str, wrong: str, tries: int) -> MenuStep:
    number = number_of(digits, called, wrong)
    if number is not None:
        return MenuStep("confirm number", number, tries=tries)
    if tries < MOST_TRIES:
        return MenuStep("ask number", is_refused=True, tries=tries)
    return MenuStep("wait", is_refused=True)

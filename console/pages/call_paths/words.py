"""Times, ends and names as the page writes them."""

from typing import Final

from tools.ivr_report.journey import UNKNOWN, Journey

_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_POP: Final = "\N{POP DIRECTIONAL ISOLATE}"
_LONGEST: Final = 48


def clock(seconds: float) -> str:
    """Return a time from the call's start, or a call's duration: ``1:05``, ``1:02:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(seconds: float) -> str:
    """Return a duration: ``0.4 s``, ``12 s``, ``2:05``."""
    if seconds >= 60:
        return clock(seconds)
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def moment(iso: str) -> str:
    """Return an ISO 8601 text as date and time of day by UTC."""
    return iso[:19].replace("T", " ")


def share(part: int, whole: int) -> str:
    """Return a share in per cent."""
    return f"{part / whole:.0%}" if whole else "0%"


def ending(journey: Journey) -> str:
    """Return how a call ended; of an unfinished one, that it has not."""
    return "not recorded yet" if journey.ending == UNKNOWN else journey.ending


def label(name: str) -> str:
    """Return a widget's name as charts show it: not too long, and with its own writing direction."""
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return f"{_ISOLATE}{shown}{_POP}"

"""Looking something up for a dialog or a list, and saying why where that fails."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from console.context import Console
from console.refusal import REFUSALS, explain

T = TypeVar("T")

_UNEXPECTED: Final = "This cannot be shown; the console's terminal says why."
_log = logging.getLogger("console")


async def look_up(
    console: Console, load: Callable[[], T], draw: Callable[[T], Any], refuse: Callable[[str], Any]
) -> None:
    """Load something in a thread and draw it, or draw in a sentence why it cannot be shown."""
    try:
        found = await console.answers.do(load)
    except REFUSALS as error:
        refuse(explain(error))
    except Exception:  # noqa: BLE001  # the page shows what else is known
        _log.exception("A part of a page cannot be shown")
        refuse(_UNEXPECTED)
    else:
        draw(found)

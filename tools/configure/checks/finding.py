"""One thing that was looked at, and what was found."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "problem", "note", "unknown"]


@dataclass(frozen=True)
class Finding:
    """What was found.

    Parameters
    ----------
    check
        What was looked at, such as ``secrets``.
    subject
        The resource.
    state
        ``problem`` makes the deployment unhealthy; a ``note`` is worth knowing; ``unknown`` cannot be read
        through the API.
    message
        A sentence.
    """

    check: str
    subject: str
    state: State
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the finding as ``--json`` shows it."""
        return asdict(self)

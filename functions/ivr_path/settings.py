"""The settings of this feature, from the function's environment."""

import time
from dataclasses import dataclass

from switchboard.settings import from_environment

UNLINKED_SECONDS = 86_400
"""How long facts are kept of a call that no flow has claimed, and events of an execution."""


@dataclass(frozen=True)
class IvrPathSettings:
    """What template.yaml sets.

    Attributes
    ----------
    ivr_paths_table : str
        The DynamoDB table.
    ivr_bucket : str
        The bucket for contexts too large for the table, and for the archive.
    ivr_queue_url : str
        The queue of calls whose path is to be recorded.
    ivr_path_seconds : int
        How long a record is kept; 0: for ever.
    archive_ivr_paths : bool
        Whether each finished record is also written to the archive.
    ivr_retry_seconds : tuple[str, ...]
        How long to wait before each try to record a path, at most 900 (SQS's longest delay); the queue itself
        sees to the first.
    """

    ivr_paths_table: str = ""
    ivr_bucket: str = ""
    ivr_queue_url: str = ""
    ivr_path_seconds: int = 86_400
    archive_ivr_paths: bool = False
    ivr_retry_seconds: tuple[str, ...] = ()


def settings() -> IvrPathSettings:
    """Return the settings."""
    found: IvrPathSettings = from_environment(IvrPathSettings)
    return found


def now() -> int:
    """Return the present moment in milliseconds since the epoch."""
    return int(time.time() * 1000)


def expiry(*, is_linked: bool = True) -> int | None:
    """Return when what is written now expires, in seconds since the epoch; None: never."""
    seconds = settings().ivr_path_seconds
    if not is_linked:
        seconds = min(seconds or UNLINKED_SECONDS, UNLINKED_SECONDS)
    return now() // 1000 + seconds if seconds else None

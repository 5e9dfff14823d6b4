"""Queries of a list of calls, and positions in the list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListPosition:
    """The position of one entry in a list.

    Attributes
    ----------
    call_sid : str
        CA….
    flow_sid : str or None
        The further flow of the call whose list the entry is in; None where the entry is the call's own item.
    started_at : str
        When the call started, as an ISO text.
    """

    call_sid: str
    flow_sid: str | None
    started_at: str


@dataclass(frozen=True, slots=True)
class PathQuery:
    """One page of a list.

    Attributes
    ----------
    flow_sid : str or None
        Calls that went through this flow; None: all calls.
    earliest, latest : str or None
        Bounds of the calls' start as ISO texts, both included.
    limit : int
        1 to 100.
    after : ListPosition or None
        The last entry of the page before.
    """

    flow_sid: str | None
    earliest: str | None
    latest: str | None
    limit: int
    after: ListPosition | None

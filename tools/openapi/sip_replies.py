"""What the admin routes of the SIP router answer."""

from typing import Any, Literal

from pydantic import ConfigDict, RootModel

from tools.openapi.operation import ReplyModel
from tools.openapi.responses import FieldProblem


class RouteTable(ReplyModel):
    """A route table, with the fields of other names that an administrator has put into it."""

    model_config = ConfigDict(extra="allow")

    routes: tuple[Any, ...]
    default: Any = None


class ListedRoutes(ReplyModel):
    """A version's route table.

    Attributes
    ----------
    version : str
        Its SID, ZN….
    errors : list
        What is wrong with routes that came with the first file and cannot be used.
    """

    data: RouteTable
    version: str
    version_is_deployed: bool
    errors: tuple[FieldProblem, ...] = ()


class Version(ReplyModel):
    """What is known about a version.

    Attributes
    ----------
    build_sid, deployment_sid : str or None
        ZB…, ZD…: what publishing asks for, and its publication.
    routes, faults : int
        How many routes it has, the default not counted; how many faults they have.
    parent, restores : str or None
        The version that it was made from; the older one whose route table it has.
    """

    version: str
    build_sid: str
    number: int
    created_at: str
    created_by: str
    note: str
    routes: int
    faults: int
    sha256: str
    parent: str | None
    restores: str | None
    deployment_sid: str | None
    published_at: str | None
    published_by: str | None


class VersionPage(ReplyModel):
    """A page of the history, newest first.

    Attributes
    ----------
    cursor : str or None
        Leads to the next page; null: there is none.
    """

    items: tuple[Version, ...]
    cursor: str | None


class Change(ReplyModel):
    """What was, and what is instead."""

    before: Any
    after: Any


class ChangedRoute(Change):
    """A route that is in both route tables and differs."""

    address: str
    fields: tuple[str, ...]


class ChangedField(Change):
    """What a route table holds beside routes and default."""

    field: str


class Difference(ReplyModel):
    """What changes from one route table to another.

    Attributes
    ----------
    to : str or None
        The version; null: a route table that is not saved.
    patterns_reordered : bool
        Whether patterns that are in both route tables are tried in another order.
    """

    from_: str
    to: str | None
    added: tuple[Any, ...]
    removed: tuple[Any, ...]
    changed: tuple[ChangedRoute, ...]
    default: Change | None
    more: tuple[ChangedField, ...]
    patterns_reordered: bool


class CallDestination(ReplyModel):
    """Where a call goes."""

    type: str
    destination: str


class TriedCall(ReplyModel):
    """Where a call would go.

    Attributes
    ----------
    match : str
        How the route was found: exact, prefix, pattern or default.
    route : object
        The route as it stands in the route table.
    open : bool or None
        Whether its schedule is open at that time; null: it has none.
    fallback : object or null
        Where the call goes if its destination does not take it.
    """

    version: str
    address: str
    at: str
    match: str
    route: Any
    open: bool | None
    type: str
    destination: str
    fallback: CallDestination | None
    twiml: str


class SavedVersion(ReplyModel):
    """A route table that was saved as a new version."""

    success: Literal[True]
    build_sid: str
    version: str


class Outdated(RootModel[str]):
    """The sentence by which the older plugin recognises the conflict."""


class BuildStatus(ReplyModel):
    """A version is complete as soon as it is saved."""

    success: Literal[True]
    build_status: Literal["completed"]


class Publication(ReplyModel):
    """A version that calls follow."""

    success: Literal[True]
    deployment_sid: str | None


class Restored(SavedVersion):
    """A new version with an older one's route table, which calls follow."""

    deployment_sid: str | None

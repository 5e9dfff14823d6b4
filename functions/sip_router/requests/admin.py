"""Requests to the admin routes, by people who work with Flex."""

import re
from typing import Annotated, Any, Final

from pydantic import AliasChoices, Field

from sip_router.domain.route import DefaultRoute, Route
from sip_router.requests.webhooks import CalledAddress
from switchboard.inputs.forms import CursorForm, Form, Text, WholeNumber
from switchboard.inputs.model import ConfigModel, RequestModel
from switchboard.inputs.types import Moment

MAX_PAGE: Final = 100
MAX_NOTE_CHARACTERS: Final = 500


class RouteTableDocument(ConfigModel):
    """A route table whose routes are all valid, for the JSON schema of requests."""

    routes: tuple[Route, ...]
    default: DefaultRoute


class _RouteTableForm(Form):
    """A route table that is checked later, beside the version that it was made from."""

    def read(self, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError("must be JSON: send the body as application/json")  # noqa: TRY004
        return value

    def __get_pydantic_json_schema__(self, _schema: Any, handler: Any) -> Any:
        return handler(RouteTableDocument.__pydantic_core_schema__)


RouteTableData = Annotated[Any, _RouteTableForm()]
Note = Annotated[str, Text(MAX_NOTE_CHARACTERS, strip=True)]


class _VersionCursorForm(CursorForm):
    """The cursor of the history, as the number of the last version of the page before."""

    def read(self, value: Any) -> int:  # type: ignore[override]  # the cursor's only field, as a number
        found = re.fullmatch("[0-9]{1,15}", " ".join(super().read(value)))
        if found is None:
            raise ValueError("must be the cursor of the page before")
        return int(found[0])


class ListRequest(RequestModel):
    """Ask for the route table of a version: "latest", "live", or the SID of a version or build."""

    version: str = "latest"


class HistoryRequest(RequestModel):
    """Ask for a page of the history: versions with numbers below the one in the cursor."""

    limit: Annotated[int, WholeNumber(1, MAX_PAGE)] = 20
    before: Annotated[int | None, _VersionCursorForm()] = Field(None, alias="cursor")


class DiffRequest(RequestModel):
    """Compare a version with another one, or with a route table that is not saved.

    Attributes
    ----------
    from_, to : str
        "latest", "live" or the SID of a version or build.
    data : Any
        A route table, which is compared in place of ``to``.
    """

    from_: str = "live"
    to: str = "latest"
    data: RouteTableData | None = None


class TrialRequest(RequestModel):
    """Ask where a call would go.

    Attributes
    ----------
    address : str
        A SIP URI or its user part.
    at : datetime or None
        When the call would come in; None: now.
    version : str
        "latest", "live" or the SID of a version or build.
    call_sid : str
        The call, by which calls are shared out between destinations.
    """

    address: CalledAddress = Field(validation_alias=AliasChoices("address", "To"))
    at: Moment | None = None
    version: str = "live"
    call_sid: str = Field("", alias="CallSid")


class UpdateRequest(RequestModel):
    """Save a route table that was made from a version.

    Attributes
    ----------
    data : Any
        The route table.
    version : str
        The SID of the version, which must be the latest.
    note : str
        What the author writes about the change.
    version_is_deployed : Any
        Sent by the older plugin only, and makes up for the fields of a route that it does not send.
    """

    data: RouteTableData
    version: str
    note: Note = ""
    version_is_deployed: Any = None

    @property
    def is_from_legacy_plugin(self) -> bool:
        """Whether the older plugin sent it: only the whole answer of /admin/list has this field."""
        return self.version_is_deployed is not None


class BuildRequest(RequestModel):
    """Ask for the status of a build, or publish it; a build is a version.

    Attributes
    ----------
    build_sid : str
        The ``buildSid`` of the version.
    """

    build_sid: str


class RollbackRequest(RequestModel):
    """Make the route table of an older version the newest version.

    Attributes
    ----------
    version : str
        The SID of the version or its build.
    note : str
        What the author writes about the change.
    """

    version: str = Field(validation_alias=AliasChoices("version", "buildSid"))
    note: Note = ""

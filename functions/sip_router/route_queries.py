"""Questions about the route table: versions, differences, and where a call would go."""

from datetime import datetime
from typing import Any

from sip_router.call_routing import fallback_path
from sip_router.domain.address import user_part
from sip_router.domain.decision import decide
from sip_router.domain.diff import difference
from sip_router.domain.route_table import RouteTable, UnusableDefaultError
from sip_router.domain.twiml import twiml_for
from sip_router.domain.validation import check_change, describe_faults
from sip_router.storage import versions
from switchboard.cursor import CursorError, decode_cursor, encode_cursor
from switchboard.errors import BadRequest, Conflict, FieldError


def list_routes(name: str) -> dict[str, Any]:
    """Return a version's route table in the form that the older plugin knows.

    ``errors`` are there only if routes came with the seed that cannot be used.
    """
    found = versions.look_up(name)
    listed = {
        "data": found.data,
        "version": found.version.sid,
        "versionIsDeployed": found.is_live(),
    }
    faults = found.faults()
    return {**listed, "errors": describe_faults(faults, found.data)} if faults else listed


def list_versions(limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of the history, ``{"items": […], "cursor": …}``, newest first."""
    before = _number(cursor) if cursor else None
    found = list(versions.history(limit, before))
    if not found and before is None:
        found = [versions.look_up_latest().version]
    has_more = len(found) == limit and found[-1].number > 1
    return {
        "items": [version.public() for version in found],
        "cursor": encode_cursor(str(found[-1].number)) if has_more else None,
    }


def compare_versions(before: str, after: str) -> dict[str, Any]:
    """Return what changes from one version to another."""
    old, new = versions.look_up(before), versions.look_up(after)
    return {"from": old.version.sid, "to": new.version.sid, **difference(old.data, new.data)}


def compare_with(before: str, data: Any) -> dict[str, Any]:
    """Return what changes from a version to a route table that is not saved.

    Raises
    ------
    BadRequest
        The route table has faults that the version does not have.
    """
    old = versions.look_up(before)
    errors = check_change(data, old.data)
    if errors:
        raise BadRequest("The route table is not in order.", errors)
    return {"from": old.version.sid, "to": None, **difference(old.data, data)}


def try_call(to: str, at: datetime, name: str, call: str) -> dict[str, Any]:
    """Return what a version would do with a call.

    Parameters
    ----------
    to : str
        A SIP URI or an address.
    at : datetime
        When the call would come in, with a time zone.
    name : str
        The version.
    call : str
        The CallSid, by which calls are shared out.
    """
    found = versions.look_up(name)
    address = user_part(to)
    try:
        match = RouteTable(found.data).match(address)
    except UnusableDefaultError as error:
        raise Conflict(f"No route matches, and the default route cannot be used: {error}") from None
    decision = decide(match.route, at, call)
    return {
        "version": found.version.sid,
        "address": address,
        "at": at.isoformat(),
        "match": match.kind,
        "route": match.raw,
        "open": decision.is_open,
        "type": decision.destination.type,
        "destination": decision.destination.destination,
        "fallback": (
            {"type": decision.fallback.type, "destination": decision.fallback.destination}
            if decision.fallback
            else None
        ),
        "twiml": twiml_for(decision, fallback_path()),
    }


def _number(cursor: str) -> int:
    try:
        (number,) = decode_cursor(cursor)
        if not (number.isascii() and number.isdigit() and len(number) <= 15):
            raise CursorError("must be the cursor of the page before")
    except ValueError:
        raise BadRequest.about(
            FieldError(field="cursor", message="must be the cursor of the page before")
        ) from None
    return int(number)

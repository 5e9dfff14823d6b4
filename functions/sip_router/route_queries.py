"""Answer questions about the route table: versions, differences, and where a call would go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sip_router.call_routing import fallback_path
from sip_router.domain.decision import decide
from sip_router.domain.diff import difference
from sip_router.domain.route_table import RouteTable, UnusableDefaultError
from sip_router.domain.twiml import twiml_for
from sip_router.domain.validation import check_change, describe_faults
from sip_router.requests.admin import DiffRequest, HistoryRequest, ListRequest, TrialRequest
from sip_router.storage import versions
from switchboard.cursor import encode_cursor
from switchboard.errors import BadRequest, Conflict


def list_routes(request: ListRequest) -> dict[str, Any]:
    """Return a version's route table in the form that the older plugin knows.

    ``errors`` are there only if routes came with the seed that cannot be used.
    """
    found = versions.look_up(request.version)
    listed = {
        "data": found.data,
        "version": found.version.sid,
        "versionIsDeployed": found.is_live(),
    }
    faults = found.faults()
    return {**listed, "errors": describe_faults(faults, found.data)} if faults else listed


def list_versions(request: HistoryRequest) -> dict[str, Any]:
    """Return a page of the history, ``{"items": […], "cursor": …}``, newest first."""
    found = list(versions.history(request.limit, request.before))
    if not found and request.before is None:
        found = [versions.look_up_latest().version]
    has_more = len(found) == request.limit and found[-1].number > 1
    return {
        "items": [version.public() for version in found],
        "cursor": encode_cursor(str(found[-1].number)) if has_more else None,
    }


def compare(request: DiffRequest) -> dict[str, Any]:
    """Return what changes from a version to another one, or to a route table that is not saved.

    Raises
    ------
    BadRequest
        The route table has faults that the version does not have.
    """
    old = versions.look_up(request.from_)
    if request.data is None:
        new = versions.look_up(request.to)
        return {"from": old.version.sid, "to": new.version.sid, **difference(old.data, new.data)}
    errors = check_change(request.data, old.data)
    if errors:
        raise BadRequest.about(*errors)
    return {"from": old.version.sid, "to": None, **difference(old.data, request.data)}


def try_call(request: TrialRequest, now: datetime) -> dict[str, Any]:
    """Return what a version would do with a call, which would come in now unless the request says when."""
    found = versions.look_up(request.version)
    return {"version": found.version.sid, **try_table(found.data, request, now)}


def try_table(data: Mapping[str, Any], request: TrialRequest, now: datetime) -> dict[str, Any]:
    """Return what a route table, saved or not, would do with a call."""
    at = request.at or now
    try:
        match = RouteTable(data).match(request.address)
    except UnusableDefaultError as error:
        raise Conflict(f"No route matches, and the default route cannot be used: {error}") from None
    decision = decide(match.route, at, request.call_sid)
    return {
        "address": match.address,
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

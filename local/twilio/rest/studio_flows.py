"""Flows of Studio's REST API v2, their revisions and their validation.

https://www.twilio.com/docs/studio/rest-api/v2/flow, …/flow-revision and …/flow-validate
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from local.twilio.errors import TwilioError, invalid_parameter, not_found
from local.twilio.rest.product import ApiReply, ApiRequest, meta_page
from local.twilio.rest.studio import FLOWS, studio
from local.twilio.sids import iso8601
from local.twilio.studio.definition import check
from local.twilio.studio.flow import Flow
from local.twilio.studio.playable import unplayable

if TYPE_CHECKING:
    from local.twilio.stand_in import TwilioStandIn
    from local.twilio.studio.flow_store import Revision, Status

_FLOW = f"{FLOWS}/<flow>"
_REVISIONS = f"{_FLOW}/Revisions"
_STATUSES = ("draft", "published")


@studio.route("POST", FLOWS)
def create(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Create a flow from a valid definition."""
    name, status, definition = _required(request)
    sid = stand_in.studio.flows.create(name, status, definition, request.text("CommitMessage") or None)
    return ApiReply(_shown(stand_in, sid), 201)


@studio.route("POST", f"{FLOWS}/Validate")
def validate(_stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Say whether a definition is valid, and store nothing."""
    _required(request)
    return ApiReply({"valid": True})


@studio.route("GET", FLOWS)
def index(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List the flows, without their definitions."""
    shown = [_shown(stand_in, sid) | {"definition": None} for sid in stand_in.studio.flows.sids()]
    return meta_page(request, "flows", shown)


@studio.route("GET", _FLOW)
def fetch(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return a flow's latest revision."""
    _find(stand_in, request)
    return ApiReply(_shown(stand_in, request.at["flow"]))


@studio.route("POST", _FLOW)
def update(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Add a revision."""
    _find(stand_in, request)
    status = _status(request)
    definition = _definition(request) if "Definition" in request.form else None
    name, message = request.text("FriendlyName") or None, request.text("CommitMessage") or None
    stand_in.studio.flows.update(request.at["flow"], status, name, definition, message)
    return ApiReply(_shown(stand_in, request.at["flow"]))


@studio.route("DELETE", _FLOW)
def delete(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Delete a flow."""
    if not stand_in.studio.flows.delete(request.at["flow"]):
        raise not_found(request.path)
    return ApiReply(None, 204)


@studio.route("GET", _REVISIONS)
def revisions(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """List a flow's revisions, newest first."""
    found = reversed(_find(stand_in, request))
    return meta_page(request, "revisions", [_revision(stand_in, request.at["flow"], one) for one in found])


@studio.route("GET", f"{_REVISIONS}/<revision>")
def revision(stand_in: TwilioStandIn, request: ApiRequest) -> ApiReply:
    """Return one revision, by number, LatestPublished or LatestRevision."""
    found, wanted = _find(stand_in, request), request.at["revision"]
    if wanted == "LatestPublished":
        chosen = [one for one in found if one.status == "published"]
    elif wanted == "LatestRevision":
        chosen = found
    elif wanted.isdecimal():
        chosen = [one for one in found if one.number == int(wanted)]
    else:
        message = "Flow revision must be an integer or enum(LatestPublished, LatestRevision)"
        raise TwilioError(400, 81021, message)
    if not chosen:
        raise not_found(request.path)
    return ApiReply(_revision(stand_in, request.at["flow"], chosen[-1]))


def _required(request: ApiRequest) -> tuple[str, Status, dict[str, Any]]:
    name, status = request.text("FriendlyName"), _status(request)
    if not name:
        raise invalid_parameter("Missing required parameter FriendlyName in the post body")
    return name, status, _definition(request)


def _status(request: ApiRequest) -> Status:
    status = request.choice("Status", _STATUSES)
    if not status:
        raise invalid_parameter("Missing required parameter Status in the post body")
    return cast("Status", status)


def _definition(request: ApiRequest) -> dict[str, Any]:
    text = request.text("Definition")
    if not text:
        raise invalid_parameter("Missing required parameter Definition in the post body")
    try:
        definition = json.loads(text)
    except ValueError:
        raise invalid_parameter("Definition is not valid JSON") from None
    if problems := list(check(definition)):
        errors = [{"property_path": one.path, "message": one.message} for one in problems]
        raise TwilioError(400, 81022, "Flow definition validation failed", {"errors": errors})
    return cast("dict[str, Any]", definition)


def _find(stand_in: TwilioStandIn, request: ApiRequest) -> list[Revision]:
    found = stand_in.studio.flows.revisions(request.at["flow"])
    if not found:
        raise not_found(request.path)
    return found


def _shown(stand_in: TwilioStandIn, sid: str) -> dict[str, Any]:
    """Return a flow as the API shows it; its warnings name the widgets that cannot be played here."""
    found = stand_in.studio.flows.revisions(sid)
    url = f"https://{studio.host}{FLOWS}/{sid}"
    names = [state["name"] for state in found[-1].definition["states"]]
    warnings = [
        {"property_path": f"#/states/{names.index(name)}", "message": f"{name}: not played here: {reason}"}
        for name, reason in unplayable(Flow.of(sid, found[-1].name, found[-1].definition))
    ]
    links = {
        "executions": f"{url}/Executions",
        "revisions": f"{url}/Revisions",
        "test_users": f"{url}/TestUsers",
    }
    return {
        **_revision(stand_in, sid, found[-1]),
        "warnings": warnings,
        "date_created": iso8601(found[0].created),
        "date_updated": iso8601(found[-1].created) if len(found) > 1 else None,
        "webhook_url": stand_in.studio.webhook_url(sid),
        "url": url,
        "links": links,
    }


def _revision(stand_in: TwilioStandIn, sid: str, one: Revision) -> dict[str, Any]:
    return {
        "sid": sid,
        "account_sid": stand_in.account.sid,
        "author_sid": None,
        "friendly_name": one.name,
        "definition": one.definition,
        "status": one.status,
        "revision": one.number,
        "commit_message": one.commit_message,
        "valid": True,
        "errors": [],
        "date_created": iso8601(one.created),
        "date_updated": None,
        "url": f"https://{studio.host}{FLOWS}/{sid}/Revisions/{one.number}",
    }

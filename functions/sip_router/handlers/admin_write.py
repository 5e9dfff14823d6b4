"""POST /admin/update, /admin/update-status, /admin/publish, /admin/rollback: changes, for administrators."""

from sip_router.admin_endpoint import admin_endpoint
from sip_router.requests.admin import BuildRequest, RollbackRequest, UpdateRequest
from sip_router.route_editing import OutdatedError, publish, roll_back, save
from sip_router.storage.versions import look_up
from switchboard.http.auth import FlexToken
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read, read_request

# The older plugin compares the answer with this very sentence.
OUTDATED = "Provided version SID is not the latest deployed asset version SID"


def _update(request: Request) -> Reply:
    try:
        saved = save(read_request(UpdateRequest, request), _identity(request))
    except OutdatedError:
        return json_reply(OUTDATED, 409)
    return json_reply({"success": True, "buildSid": saved.build_sid, "version": saved.sid})


def _update_status(request: Request) -> Reply:
    """Answer that a build is complete: every version is, as soon as it is saved."""
    look_up(read(BuildRequest, request.params).build_sid)
    return json_reply({"success": True, "buildStatus": "completed"})


def _publish(request: Request) -> Reply:
    version = publish(read(BuildRequest, request.params), _identity(request))
    return json_reply({"success": True, "deploymentSid": version.deployment_sid})


def _rollback(request: Request) -> Reply:
    version = roll_back(read(RollbackRequest, request.params), _identity(request))
    sids = {
        "version": version.sid,
        "buildSid": version.build_sid,
        "deploymentSid": version.deployment_sid,
    }
    return json_reply({"success": True, **sids})


_ACTIONS = {"update": _update, "update-status": _update_status, "publish": _publish, "rollback": _rollback}

handler = admin_endpoint(FlexToken(role="admin"), _ACTIONS, takes_route_table="update")


def _identity(request: Request) -> str:
    return request.caller.identity or request.caller.worker_sid or "unknown"

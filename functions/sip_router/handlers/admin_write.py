"""POST /admin/update, /admin/update-status, /admin/publish, /admin/rollback: changes, for administrators."""

from collections.abc import Callable
from typing import Any

from sip_router.admin_endpoint import admin_endpoint, wrong_field
from sip_router.domain.legacy_plugin import is_whole_answer
from sip_router.domain.update import Outdated, Refused, Update
from sip_router.route_editing import publish, roll_back, save
from sip_router.storage.versions import look_up
from switchboard.auth import FlexToken
from switchboard.errors import BadRequest, NotFound
from switchboard.reply import Reply, json_reply
from switchboard.request import Request

MAX_NOTE_CHARACTERS = 500

# The older plugin compares the answer with this very sentence.
OUTDATED = "Provided version SID is not the latest deployed asset version SID"


def _handle(request: Request) -> Reply:
    act = _ACTS.get(request.path.rpartition("/")[2])
    if act is None:
        raise NotFound
    return act(request)


handler = admin_endpoint(FlexToken(role="admin"), "update", _handle)


def _update(request: Request) -> Reply:
    body = request.json
    if not isinstance(body, dict) or "data" not in body:
        raise wrong_field("data", "is needed: a JSON object with routes and default")
    version = body.get("version")
    if not isinstance(version, str):
        raise wrong_field("version", "is needed: the version that the change was made from, as listed")
    update = Update(body["data"], version, _note(body.get("note")), is_whole_answer(body))
    match save(update, _identity(request)):
        case Outdated():
            return json_reply(OUTDATED, 409)
        case Refused(errors):
            # The older plugin tells nothing but "Route publish failed."; the browser's console shows this.
            raise BadRequest(f"Nothing was saved. {errors[0]['field']}: {errors[0]['message']}", errors)
        case saved:
            sids = {"buildSid": saved.version.build_sid, "version": saved.version.sid}
            return json_reply({"success": True, **sids})


def _update_status(request: Request) -> Reply:
    """Answer that a build is complete: every version is, as soon as it is saved."""
    look_up(_sid(request, "buildSid"))
    return json_reply({"success": True, "buildStatus": "completed"})


def _publish(request: Request) -> Reply:
    deployment = publish(_sid(request, "buildSid"), _identity(request))
    return json_reply({"success": True, "deploymentSid": deployment.sid if deployment else None})


def _rollback(request: Request) -> Reply:
    note = _note(request.params.get("note"))
    version = roll_back(_sid(request, "version", "buildSid"), note, _identity(request))
    deployment = version.deployment
    return json_reply(
        {
            "success": True,
            "version": version.sid,
            "buildSid": version.build_sid,
            "deploymentSid": deployment.sid if deployment else None,
        }
    )


_ACTS: dict[str, Callable[[Request], Reply]] = {
    "update": _update,
    "update-status": _update_status,
    "publish": _publish,
    "rollback": _rollback,
}


def _sid(request: Request, *names: str) -> str:
    for name in names:
        if sid := request.params.get(name):
            return sid
    raise wrong_field(names[0], "is needed")


def _note(note: Any) -> str:
    if note is None:
        return ""
    if not isinstance(note, str) or len(note) > MAX_NOTE_CHARACTERS:
        raise wrong_field("note", f"must be a text of at most {MAX_NOTE_CHARACTERS} characters")
    return note.strip()


def _identity(request: Request) -> str:
    return request.caller.identity or request.caller.worker_sid or "unknown"

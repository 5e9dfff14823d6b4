"""POST /admin/update, /admin/update-status, /admin/publish, /admin/rollback: changes, for administrators."""

from collections.abc import Callable
from typing import Any

from sip_router.domain.legacy_plugin import is_whole_answer, with_kept_fields
from sip_router.domain.validation import check_map
from sip_router.sizes import admin_endpoint
from sip_router.storage import versions
from sip_router.storage.selection import select, select_latest
from sip_router.storage.versions import OutdatedError
from switchboard.auth import FlexToken
from switchboard.errors import BadRequest, Conflict, FieldError, NotFound
from switchboard.log import logger
from switchboard.reply import Reply, json_reply
from switchboard.request import Caller, Request

MAX_NOTE_CHARACTERS = 500

# The older plugin compares the answer with this very sentence.
OUTDATED = "Provided version SID is not the latest deployed asset version SID"


def _handle(request: Request) -> Reply:
    """Do one of the four things, by the last part of the path."""
    act = _ACTS.get(request.path.rpartition("/")[2])
    if act is None:
        raise NotFound
    return act(request)


handler = admin_endpoint(FlexToken(role="admin"), "update", _handle)


def _update(request: Request) -> Reply:
    """Save a map as a new version, if it was made from the latest one. Calls do not follow it yet."""
    body = request.json
    if not isinstance(body, dict) or "data" not in body:
        raise _wrong("data", "is needed: a JSON object with routes and default")
    if not isinstance(body.get("version"), str):
        raise _wrong(
            "version", "is needed: the version that the change was made from, as /admin/list gave it"
        )
    note = _note(body.get("note"))
    base = select_latest()
    if body["version"] != base.version.sid:
        return json_reply(OUTDATED, 409)
    data = with_kept_fields(body["data"], base.data) if is_whole_answer(body) else body["data"]
    errors = check_map(data)
    if errors:
        raise BadRequest("The map is not in order; nothing was saved.", errors)
    try:
        parent = versions.adopt(base.seed) if base.seed else base.version
        version = versions.save(data, parent, _identity(request.caller), note)
    except OutdatedError:
        return json_reply(OUTDATED, 409)
    logger.info("Saved", extra={"version": version.sid, "routes": version.routes, "by": version.created_by})
    return json_reply({"success": True, "buildSid": version.build_sid, "version": version.sid})


def _update_status(request: Request) -> Reply:
    """Tell that a version is ready: they all are, as soon as they are saved."""
    select(_sid(request, "buildSid"))
    return json_reply({"success": True, "buildStatus": "completed"})


def _publish(request: Request) -> Reply:
    """Make a version live, unless a later one is."""
    selected = select(_sid(request, "buildSid"))
    deployment = selected.version.deployment
    if selected.seed is None:
        try:
            deployment = versions.publish(selected.version, _identity(request.caller))
        except OutdatedError:
            raise Conflict("A later version is live. To go back to an older one, use rollback.") from None
    sid = deployment.sid if deployment else None
    logger.info("Published", extra={"version": selected.version.sid, "deployment": sid})
    return json_reply({"success": True, "deploymentSid": sid})


def _rollback(request: Request) -> Reply:
    """Go back to an older version's map: it becomes a new version, and live."""
    selected = select(_sid(request, "version", "buildSid"))
    note = _note(request.params.get("note")) or f"Back to version {selected.version.number}"
    version = selected.version
    if selected.seed is None:
        try:
            version = versions.restore(version, _identity(request.caller), note)
        except OutdatedError:
            raise Conflict("Others were saving at the same time. Try again.") from None
    logger.info("Went back", extra={"version": version.sid, "restores": version.restores})
    return json_reply(
        {
            "success": True,
            "version": version.sid,
            "buildSid": version.build_sid,
            "deploymentSid": version.deployment.sid if version.deployment else None,
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
    raise _wrong(names[0], "is needed")


def _note(note: Any) -> str:
    if note is None:
        return ""
    if not isinstance(note, str) or len(note) > MAX_NOTE_CHARACTERS:
        raise _wrong("note", f"must be a text of at most {MAX_NOTE_CHARACTERS} characters")
    return note.strip()


def _identity(caller: Caller) -> str:
    return caller.identity or caller.worker_sid or "unknown"


def _wrong(field: str, message: str) -> BadRequest:
    return BadRequest(f"{field} {message}", [FieldError(field=field, message=message)])

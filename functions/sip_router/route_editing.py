"""Change the route table: save, publish, roll back."""

import secrets
from typing import Final

from sip_router.domain.legacy_plugin import with_kept_fields
from sip_router.domain.validation import describe_faults, find_faults, introduced_faults
from sip_router.domain.version import Stamp, Version, next_version, restored_version, to_json
from sip_router.requests.admin import BuildRequest, RollbackRequest, UpdateRequest
from sip_router.storage import versions
from sip_router.storage.live_pointer import read_pointer
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.errors import BadRequest, Conflict
from switchboard.log import logger
from switchboard.timestamps import format_iso, now_ms

_BUSY: Final = "Other administrators were saving at the same time. Try again."


class OutdatedError(Exception):
    """The route table was made from a version that is no longer the latest."""


def save(request: UpdateRequest, by: str) -> Version:
    """Save a route table as a new version, if it was made from the latest one. Calls do not follow it yet.

    Parameters
    ----------
    request : UpdateRequest
        What to save.
    by : str
        The identity of the Flex user.

    Raises
    ------
    OutdatedError
        It was made from another version.
    BadRequest
        It has faults that the latest version does not have.
    """
    base = versions.look_up_latest()
    if request.version != base.version.sid:
        raise OutdatedError
    data = with_kept_fields(request.data, base.data) if request.is_from_legacy_plugin else request.data
    faults = find_faults(data)
    introduced = introduced_faults(faults, data, base.data)
    if introduced:
        raise BadRequest.about(*describe_faults(introduced, data))
    text = to_json(data)
    count = {"routes": len(data["routes"]), "faults": len(faults)}
    version = next_version(base.version, text, _stamp(by), note=request.note, **count)
    try:
        versions.save(version, text, base)
    except WriteConflict:
        raise OutdatedError from None
    logger.info("Saved", extra={"version": version.sid, **count})
    return version


def publish(request: BuildRequest, by: str) -> Version:
    """Make a version live, unless a later one is; return it with its publication.

    Publishing the live version again changes nothing and returns the same publication.

    Raises
    ------
    NotFound
        There is no such version.
    Conflict
        A later version is live.
    """
    found = versions.look_up(request.build_sid)
    if found.seed:
        return found.version
    try:
        version = retry_on_conflict(lambda: _publish(found.version, by))
    except WriteConflict:
        raise Conflict(_BUSY) from None
    logger.info("Published", extra={"version": version.sid, "deployment": version.deployment_sid})
    return version


def roll_back(request: RollbackRequest, by: str) -> Version:
    """Make an older version's route table the newest version, and live, in one step.

    An administrator who edits the route table meanwhile gets a conflict. The version that is left behind
    stays in the history.

    Raises
    ------
    NotFound
        There is no such version.
    Conflict
        Other administrators kept saving at the same time.
    """
    found = versions.look_up(request.version)
    target = found.version
    if found.seed:
        return target
    note = request.note or f"Back to version {target.number}"
    try:
        version = retry_on_conflict(lambda: _restore(target, note, by))
    except WriteConflict:
        raise Conflict(_BUSY) from None
    logger.info("Rolled back", extra={"version": version.sid, "restores": version.restores})
    return version


def _publish(version: Version, by: str) -> Version:
    pointer = read_pointer()
    if pointer and pointer.live_number > version.number:
        raise Conflict("A later version is live. To go back to an older one, use rollback.")
    if pointer and pointer.live_number == version.number:
        stored = versions.find(version.sid)
        if stored and stored.deployment_sid:
            return stored
    published = version.published(_stamp(by))
    versions.publish(published)
    return published


def _restore(target: Version, note: str, by: str) -> Version:
    latest = versions.look_up_latest().version
    version = restored_version(latest, target, note, _stamp(by))
    versions.restore(version)
    return version


def _stamp(by: str) -> Stamp:
    return Stamp(by, format_iso(now_ms()), secrets.token_hex(16))

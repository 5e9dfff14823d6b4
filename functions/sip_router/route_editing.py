"""Changes to the route table: saving, publishing, rolling back."""

import secrets
from typing import Final

from sip_router.domain.update import NewVersion, Outdated, Refused, Update, decide_update
from sip_router.domain.version import Deployment, Stamp, Version, new_deployment, restored_version
from sip_router.storage import versions
from sip_router.storage.live_pointer import read_pointer
from switchboard.aws.conditional import WriteConflict, retry_on_conflict
from switchboard.errors import Conflict
from switchboard.log import logger
from switchboard.timestamps import format_iso, now_ms

_BUSY: Final = "Other administrators were saving at the same time. Try again."


def save(update: Update, by: str) -> NewVersion | Outdated | Refused:
    """Save a route table as a new version, if it was made from the latest one. Calls do not follow it yet.

    Parameters
    ----------
    update : Update
        The request.
    by : str
        The identity of the Flex user.
    """
    base = versions.look_up_latest()
    decision = decide_update(update, base.version, base.data, _stamp(by))
    if isinstance(decision, NewVersion):
        try:
            versions.save(decision, base)
        except WriteConflict:
            return Outdated()
        version = decision.version
        logger.info(
            "Saved", extra={"version": version.sid, "routes": version.routes, "faults": version.faults}
        )
    return decision


def publish(build_sid: str, by: str) -> Deployment | None:
    """Make a version live, unless a later one is; return its publication.

    Publishing the live version again changes nothing and returns the same publication.

    Raises
    ------
    NotFound
        There is no such version.
    Conflict
        A later version is live.
    """
    found = versions.look_up(build_sid)
    version = found.version
    if found.seed:
        return version.deployment
    try:
        deployment = retry_on_conflict(lambda: _publish(version, by))
    except WriteConflict:
        raise Conflict(_BUSY) from None
    logger.info("Published", extra={"version": version.sid, "deployment": deployment.sid})
    return deployment


def roll_back(sid: str, note: str, by: str) -> Version:
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
    found = versions.look_up(sid)
    target = found.version
    if found.seed:
        return target
    note = note or f"Back to version {target.number}"
    try:
        version = retry_on_conflict(lambda: _restore(target, note, by))
    except WriteConflict:
        raise Conflict(_BUSY) from None
    logger.info("Rolled back", extra={"version": version.sid, "restores": version.restores})
    return version


def _publish(version: Version, by: str) -> Deployment:
    pointer = read_pointer()
    if pointer and pointer.number > version.number:
        raise Conflict("A later version is live. To go back to an older one, use rollback.")
    if pointer and pointer.number == version.number:
        stored = versions.find(version.sid)
        if stored and stored.deployment:
            return stored.deployment
    deployment = new_deployment(_stamp(by))
    versions.publish(version, deployment)
    return deployment


def _restore(target: Version, note: str, by: str) -> Version:
    latest = versions.look_up_latest().version
    version = restored_version(latest, target, note, _stamp(by))
    versions.restore(version)
    return version


def _stamp(by: str) -> Stamp:
    return Stamp(by, format_iso(now_ms()), secrets.token_hex(16))

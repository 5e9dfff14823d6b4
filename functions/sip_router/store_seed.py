"""The first version: what there is before anybody saved a map.

An operator keeps ``sip-routes.json`` beside the other configuration files in the bucket. As long as nothing
has been saved that file is version 1, and live. It is stored as such together with the first change, and from
then on the file is not looked at again. Without the file, version 1 is a map that apologises to every caller.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sip_router.domain.twiml import APOLOGY
from sip_router.domain.validation import check_map
from sip_router.domain.version import Deployment, Version, version_sid
from sip_router.settings import settings
from switchboard import s3
from switchboard.log import logger

SEED_KEY = "sip-routes.json"
AUTHOR = "config-files/sip-routes.json"


@dataclass(frozen=True, slots=True)
class Seed:
    """Version 1 as long as it is not stored, and its map."""

    version: Version
    data: Any


def read_seed() -> Seed:
    """Return the seed; the same SIDs every time, until the file changes.

    Raises
    ------
    switchboard.aws.AwsError
        S3 does not answer.
    """
    found = _read_file()
    if found is None:
        return make_seed(_nothing(), "1970-01-01T00:00:00Z", "switchboard")
    return make_seed(*found, AUTHOR)


def make_seed(data: Any, written_at: str, by: str) -> Seed:
    """Return the seed that a map makes; its SIDs follow from the map alone."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    digits = hashlib.sha256(text).hexdigest()
    version = Version(
        number=1,
        sid=version_sid(1, digits[:20]),
        created_at=written_at,
        created_by=by,
        note="The first version",
        routes=len(data["routes"]),
        sha256=digits,
        key="",
        deployment=Deployment(f"ZD{digits[:32]}", written_at, by),
    )
    return Seed(version, data)


def _nothing() -> dict[str, Any]:
    return {"routes": [], "default": {"type": APOLOGY.type, "destination": APOLOGY.destination}}


def _read_file() -> tuple[Any, str] | None:
    """Return the file's map and when it was written; None if there is no file, or no map in it."""
    found = s3.get(settings().sip_routes_bucket, SEED_KEY)
    if found is None:
        logger.warning("There is no map of SIP routes yet", extra={"looked_for": SEED_KEY})
        return None
    try:
        data = json.loads(found.body)
    except ValueError as error:
        logger.error("The seed of SIP routes is not JSON", extra={"problem": str(error)})
        return None
    errors = check_map(data)
    if errors:
        logger.error("The seed of SIP routes is not in order", extra={"errors": errors[:10]})
        return None
    return data, found.modified_at.isoformat(timespec="seconds").replace("+00:00", "Z")

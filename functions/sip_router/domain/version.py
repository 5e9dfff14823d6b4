"""Versions of the map, and the SIDs that name them.

The SIDs have the shapes that the older plugin knows from Twilio's asset versions (ZN), builds (ZB) and
deployments (ZD). A version and its build share their digits, of which the first twelve are the version's
number: a SID leads to its item without an index.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_DIGITS = re.compile(r"Z[NB]([0-9a-f]{12})[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version going live.

    Attributes
    ----------
    sid : str
        ZD…
    at : str
        When, ISO 8601 in UTC.
    by : str
        The identity of who did it.
    """

    sid: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Version:
    """What is known about one version of the map; the map itself lies in S3 and never changes.

    Attributes
    ----------
    number : int
        1, 2, 3 …; every version follows the one before.
    sid : str
        ZN…
    created_at, created_by : str
        When (ISO 8601 in UTC) and by whose identity it was saved.
    note : str
        What its author wrote about it; may be empty.
    routes : int
        How many routes it has, the default not counted.
    sha256 : str
        Of the map's JSON; equal maps have equal hashes.
    key : str
        The map's object in S3.
    parent : str or None
        The version it was made from.
    restores : str or None
        The older version whose map it is, if it was made by a rollback.
    deployment : Deployment or None
        When it went live; None if it never did.
    """

    number: int
    sid: str
    created_at: str
    created_by: str
    note: str
    routes: int
    sha256: str
    key: str
    parent: str | None = None
    restores: str | None = None
    deployment: Deployment | None = None

    @property
    def build_sid(self) -> str:
        """What publishing, and its status, ask for (ZB…)."""
        return f"ZB{self.sid[2:]}"

    def public(self) -> dict[str, Any]:
        """Return the version as history shows it."""
        deployment = self.deployment
        return {
            "version": self.sid,
            "buildSid": self.build_sid,
            "number": self.number,
            "createdAt": self.created_at,
            "createdBy": self.created_by,
            "note": self.note,
            "routes": self.routes,
            "sha256": self.sha256,
            "parent": self.parent,
            "restores": self.restores,
            "deploymentSid": deployment.sid if deployment else None,
            "publishedAt": deployment.at if deployment else None,
            "publishedBy": deployment.by if deployment else None,
        }


def version_sid(number: int, digits: str | None = None) -> str:
    """Return a version's SID, its last twenty digits random unless they are given."""
    return f"ZN{number:012x}{digits or secrets.token_hex(10)}"


def number_of(sid: str) -> int | None:
    """Return the number of the version that a version's or a build's SID names; None if it is no such SID."""
    match = _DIGITS.fullmatch(sid)
    return int(match[1], 16) if match else None


def new_deployment(by: str) -> Deployment:
    """Return a deployment that happens now."""
    return Deployment(f"ZD{secrets.token_hex(16)}", timestamp(), by)


def timestamp() -> str:
    """Return the time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_fields(version: Version) -> dict[str, Any]:
    """Return a version as the fields of its item, without the item's key."""
    return {
        "sid": version.sid,
        "createdAt": version.created_at,
        "createdBy": version.created_by,
        "note": version.note,
        "routes": version.routes,
        "sha256": version.sha256,
        "bodyKey": version.key,
        "parent": version.parent,
        "restores": version.restores,
        **deployment_fields(version.deployment),
    }


def deployment_fields(deployment: Deployment | None) -> dict[str, str]:
    """Return a deployment as fields of an item; none if there is none."""
    if deployment is None:
        return {}
    return {"deploymentSid": deployment.sid, "publishedAt": deployment.at, "publishedBy": deployment.by}


def from_fields(number: int, fields: Mapping[str, Any]) -> Version:
    """Return the version that an item's fields hold."""
    deployed = fields.get("deploymentSid")
    return Version(
        number=number,
        sid=fields["sid"],
        created_at=fields["createdAt"],
        created_by=fields["createdBy"],
        note=fields["note"],
        routes=fields["routes"],
        sha256=fields["sha256"],
        key=fields["bodyKey"],
        parent=fields.get("parent"),
        restores=fields.get("restores"),
        deployment=Deployment(deployed, fields["publishedAt"], fields["publishedBy"]) if deployed else None,
    )

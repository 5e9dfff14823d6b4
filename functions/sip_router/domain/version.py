"""Versions of the route table, and the SIDs that name them.

The SIDs have the shapes that the older plugin knows from Twilio's asset versions (ZN), builds (ZB) and
deployments (ZD). A version and its build share their digits, of which the first twelve are the version's
number: a SID leads to its item without an index.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Strict

from switchboard.inputs.model import EventModel

_DIGITS: Final = re.compile(r"Z[NB]([0-9a-f]{12})[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who makes a change, and when.

    Attributes
    ----------
    by : str
        The identity of the Flex user.
    at : str
        The time, ISO 8601 in UTC.
    digits : str
        32 random hexadecimal digits, of which the new SIDs are made.
    """

    by: str
    at: str
    digits: str


class Version(EventModel):
    """A version as it is stored. Its route table is an object in S3 and never changes.

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
    faults : int
        How many faults its routes have. Only those that came with the seed can have any.
    sha256 : str
        Of the route table's JSON; equal route tables have equal hashes.
    body_key : str
        The route table's object in S3.
    parent : str or None
        The version that it was made from.
    restores : str or None
        The older version whose route table it has, if a rollback made it.
    deployment_sid, published_at, published_by : str or None
        ZD…, when and by whose identity it was published; None if it never was live.
    """

    number: Annotated[int, Strict()]
    sid: str
    created_at: str
    created_by: str
    note: str
    routes: Annotated[int, Strict()]
    faults: Annotated[int, Strict()]
    sha256: str
    body_key: str
    parent: str | None = None
    restores: str | None = None
    deployment_sid: str | None = None
    published_at: str | None = None
    published_by: str | None = None

    @property
    def build_sid(self) -> str:
        """The SID (ZB…) that publishing and its status ask for."""
        return f"ZB{self.sid[2:]}"

    def public(self) -> dict[str, Any]:
        """Return the version as the history shows it."""
        fields = self.model_dump(exclude={"sid", "body_key"})
        return {"version": self.sid, "buildSid": self.build_sid, **fields}

    def published(self, stamp: Stamp) -> "Version":
        """Return the version as it is once it is live."""
        deployment = {
            "deployment_sid": f"ZD{stamp.digits[:32]}",
            "published_at": stamp.at,
            "published_by": stamp.by,
        }
        return self.model_copy(update=deployment)


def first_version(text: bytes, routes: int, faults: int, at: str, by: str) -> Version:
    """Return version 1, live since it was written; its SIDs follow from the route table's JSON alone."""
    digits = hashlib.sha256(text).hexdigest()
    sid = version_sid(1, digits)
    return Version(
        number=1,
        sid=sid,
        created_at=at,
        created_by=by,
        note="The first version",
        routes=routes,
        faults=faults,
        sha256=digits,
        body_key=object_key(sid),
    ).published(Stamp(by, at, digits))


def next_version(
    parent: Version, text: bytes, stamp: Stamp, *, note: str, routes: int, faults: int
) -> Version:
    """Return the version that follows another; it is not live."""
    sid = version_sid(parent.number + 1, stamp.digits)
    return Version(
        number=parent.number + 1,
        sid=sid,
        created_at=stamp.at,
        created_by=stamp.by,
        note=note,
        routes=routes,
        faults=faults,
        sha256=hashlib.sha256(text).hexdigest(),
        body_key=object_key(sid),
        parent=parent.sid,
    )


def restored_version(parent: Version, target: Version, note: str, stamp: Stamp) -> Version:
    """Return the version that follows the parent, has the route table of an older one, and is live."""
    return target.model_copy(
        update={
            "number": parent.number + 1,
            "sid": version_sid(parent.number + 1, stamp.digits),
            "created_at": stamp.at,
            "created_by": stamp.by,
            "note": note,
            "parent": parent.sid,
            "restores": target.sid,
        }
    ).published(stamp)


def version_sid(number: int, digits: str) -> str:
    """Return a version's SID: its number in twelve hexadecimal digits, and twenty of the given ones."""
    return f"ZN{number:012x}{digits[:20]}"


def number_of(sid: str) -> int | None:
    """Return the number of the version that a version's or a build's SID names; None for any other text."""
    match = _DIGITS.fullmatch(sid)
    return int(match[1], 16) if match else None


def object_key(sid: str) -> str:
    """Return the key of the S3 object with a version's route table."""
    return f"sip-routes/{sid}.json.gz"


def to_json(data: Any) -> bytes:
    """Return a route table as JSON, the same bytes for the same route table."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

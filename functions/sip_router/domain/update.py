"""What an update of the route table leads to: a new version, a conflict, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sip_router.domain.legacy_plugin import with_kept_fields
from sip_router.domain.validation import describe_faults, find_faults, introduced_faults
from sip_router.domain.version import Stamp, Version, next_version, to_json
from switchboard.errors import FieldError


@dataclass(frozen=True, slots=True)
class Update:
    """A request to save a route table.

    Attributes
    ----------
    data : Any
        The route table, not checked yet.
    version : str
        The SID of the version that the change was made from.
    note : str
        What the author says about the change.
    is_from_legacy_plugin : bool
        Whether the older plugin sent it, which drops the fields that it does not know.
    """

    data: Any
    version: str
    note: str = ""
    is_from_legacy_plugin: bool = False


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The update is to be stored as a version, whose route table is this JSON."""

    version: Version
    text: bytes


@dataclass(frozen=True, slots=True)
class Outdated:
    """The update was made from a version that is no longer the latest."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The update would bring faults into the route table."""

    errors: list[FieldError]


def decide_update(
    update: Update, latest: Version, base: Mapping[str, Any], stamp: Stamp
) -> NewVersion | Outdated | Refused:
    """Return what an update leads to.

    Parameters
    ----------
    update : Update
        The request.
    latest : Version
        The latest version.
    base : Mapping[str, Any]
        The latest version's route table.
    stamp : Stamp
        Who asks, and when.
    """
    if update.version != latest.sid:
        return Outdated()
    data = with_kept_fields(update.data, base) if update.is_from_legacy_plugin else update.data
    faults = find_faults(data)
    introduced = introduced_faults(faults, data, base)
    if introduced:
        return Refused(describe_faults(introduced, data))
    text = to_json(data)
    version = next_version(
        latest, text, stamp, note=update.note, routes=len(data["routes"]), faults=len(faults)
    )
    return NewVersion(version, text)

"""Flows at Twilio: found by name or SID, validated, created, and published with a commit message.

https://www.twilio.com/docs/studio/rest-api/v2/flow and …/flow-revision. A revision never changes and is kept
as long as its flow, so that an older one can be published again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from switchboard.twilio.outcome import Refused, none_if_missing

if TYPE_CHECKING:
    from twilio.rest import Client

INVALID: Final = 81022
"""A definition is not valid: https://www.twilio.com/docs/api/errors/81022."""

_PUBLISHED: Final[Any] = "published"


class FlowError(Exception):
    """A flow cannot be found or published as it is; the message says why."""


@dataclass(frozen=True)
class PublishedFlow:
    """A flow with the revision that its calls follow.

    Parameters
    ----------
    sid, name
        FW… and its friendly name.
    revision
        The latest published one; 0 where only drafts exist.
    definition
        Of that revision; None where only drafts exist.
    """

    sid: str
    name: str
    revision: int
    definition: Mapping[str, Any] | None

    @property
    def digest(self) -> str:
        """The digest of its definition; empty where only drafts exist."""
        return "" if self.definition is None else digest(self.definition)


class FlowPublisher:
    """Creates and publishes flows.

    Parameters
    ----------
    client
        The REST client of the account. Its errors are `Refused` and `switchboard.errors.TwilioUnreachable`.
    """

    def __init__(self, client: "Client") -> None:
        self._studio = client.studio.v2

    def find(self, name: str, sid: str = "") -> PublishedFlow | None:
        """Return the flow of a SID, or else the only one of a name; None where there is none.

        Raises
        ------
        FlowError
            No flow has the SID, or several have the name.
        """
        if sid:
            found = none_if_missing(lambda: self._studio.flows(sid).fetch())
            if found is None:
                raise FlowError(f"the account has no flow {sid}")
            return self._published(sid, str(found.friendly_name))
        sids = [str(flow.sid) for flow in self._studio.flows.list() if flow.friendly_name == name]
        if len(sids) > 1:
            raise FlowError(f"{len(sids)} flows are named {name}: {', '.join(sids)}; choose one by its SID")
        return self._published(sids[0], name) if sids else None

    def validate(self, name: str, definition: Mapping[str, Any]) -> None:
        """Let Studio validate a definition.

        Raises
        ------
        FlowError
            It is not valid; the message has the place of each problem.
        """
        try:
            self._studio.flow_validate.update(name, _PUBLISHED, dict(definition))
        except Refused as error:
            if error.code != INVALID:
                raise
            raise FlowError("\n".join(_problems(name, error))) from None

    def create(self, name: str, definition: Mapping[str, Any], message: str) -> str:
        """Create and publish a flow, and return its SID."""
        return str(self._studio.flows.create(name, _PUBLISHED, dict(definition), commit_message=message).sid)

    def publish(self, sid: str, definition: Mapping[str, Any], message: str) -> int:
        """Publish another definition of a flow, and return the number of the revision."""
        flow = self._studio.flows(sid)
        return int(flow.update(_PUBLISHED, definition=dict(definition), commit_message=message).revision or 0)

    def definition_of(self, sid: str, revision: int) -> Mapping[str, Any]:
        """Return the definition in a revision of a flow."""
        found: Mapping[str, Any] = self._studio.flows(sid).revisions(str(revision)).fetch().definition or {}
        return found

    def delete(self, sid: str) -> None:
        """Delete a flow; one that is gone already is no error."""
        none_if_missing(lambda: self._studio.flows(sid).delete())

    def _published(self, sid: str, name: str) -> PublishedFlow:
        latest = none_if_missing(lambda: self._studio.flows(sid).revisions("LatestPublished").fetch())
        if latest is None:
            return PublishedFlow(sid, name, 0, None)
        return PublishedFlow(sid, name, int(latest.revision or 0), latest.definition)


def digest(definition: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a definition, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


def _problems(name: str, error: Refused) -> Iterator[str]:
    yield f"Studio refuses the flow {name}: {error.message}"
    details = error.details if isinstance(error.details, dict) else {}
    for one in details.get("errors") or ():
        if isinstance(one, dict):
            yield f"  {one.get('property_path', '')} {one.get('message', '')}"

"""Studio flows made from a file: validated, created, published; the revision before is kept for undo.

https://www.twilio.com/docs/studio/rest-api/v2/flow
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from local.twilio.studio.flow_files import FlowFileError, read
from switchboard.inputs.forms import Sid
from switchboard.twilio.outcome import none_if_missing
from tools.configure.resources.resource import ConfigureError, Resource, State
from tools.studio_flows.placeholders import rendered
from tools.studio_flows.publisher import FlowError, FlowPublisher, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tools.stack.stack import Stack

T = TypeVar("T")

_FIELD = "definition"
_SID = Sid("FW")


class StudioFlow(Resource):
    """A flow; its key is its name, or the SID of an existing one.

    The field is the definition that calls follow: its digest, and where it is from: a file, or a revision of
    the flow. Studio never changes a revision, so an older one is put back by publishing it again.
    """

    kind = "studio-flow"

    @property
    def title(self) -> str:
        """The flow, with the SID of one that exists."""
        found = self._find()
        return f"Studio flow {self.key}" if found is None else f"Studio flow {found.name} ({found.sid})"

    def read(self) -> State | None:
        """Return the published definition; None where there is no such flow."""
        found = self._find()
        return None if found is None else {_FIELD: {"sha256": found.digest, "revision": found.revision}}

    def wanted(self, present: State | None) -> State:
        """Return the definition that the flow should have, which Studio has validated if it is a new one."""
        fields = super().wanted(present)
        if fields and not self.is_same(_FIELD, (present or {}).get(_FIELD), fields[_FIELD]):
            definition = self._definition(fields[_FIELD])
            _explained(lambda: self._publisher.validate(self.key, definition))
        return fields

    def is_same(self, field: str, one: Any, other: Any) -> bool:  # noqa: ARG002
        """Tell whether two definitions are the same, wherever they are from."""
        return bool((one or {}).get("sha256") == (other or {}).get("sha256"))

    def show(self, field: str, value: Any) -> str:  # noqa: ARG002
        """Return where a definition is from."""
        if value is None:
            return "(no flow)"
        if "file" in value:
            return f"from {value['file']}"
        return f"revision {value['revision']}" if value["revision"] else "(drafts only)"

    def apply(self, present: State | None, fields: State) -> None:
        """Create and publish the flow, or publish another definition of it."""
        content = fields[_FIELD]
        found = self._find()
        if "file" not in content and not content["revision"]:
            return  # it had drafts only, and Studio takes no publication back
        definition = self._definition(content)
        if found is None or present is None:
            if _SID.matches(self.key):
                raise ConfigureError(f"the account has no flow {self.key}")
            message = f"switchboard configure: from {content['file']}"
            self._publisher.create(self.key, definition, message)
            return
        name = Path(content["file"]).name if "file" in content else f"revision {content['revision']}"
        self._publisher.publish(found.sid, definition, f"switchboard configure: as {name}")

    def remove(self, fields: State) -> None:  # noqa: ARG002
        """Delete the flow that `apply` created."""
        found = self._find()
        if found is not None:
            self._publisher.delete(found.sid)

    @cached_property
    def _publisher(self) -> FlowPublisher:
        return FlowPublisher(self.stack.twilio)

    def _find(self) -> Any:
        sid = self.key if _SID.matches(self.key) else ""
        return _explained(lambda: self._publisher.find(self.key, sid))

    def _definition(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        if "file" in content:
            return _rendered(self.stack, content)
        found = self._find()
        if found is None:
            raise ConfigureError(f"the account has no flow {self.key} any more")
        return self._publisher.definition_of(found.sid, content["revision"])


def flow_from_file(
    stack: Stack, path: Path, shown: str, workflow: str = "", task_channel: str = "voice"
) -> State:
    """Return the fields of a flow that should have the definition in a file.

    Parameters
    ----------
    stack
        Gives the values of the file's placeholders.
    path, shown
        The file, and how it is named to people.
    workflow, task_channel
        Of the tasks that the flow makes: a name or a SID.
    """
    content = {
        "file": shown,
        "path": str(path.resolve()),
        "workflow": workflow,
        "task_channel": task_channel,
    }
    return {_FIELD: {"sha256": digest(_rendered(stack, content)), **content}}


def flow_sid(stack: Stack, name: str) -> str | None:
    """Return the SID of the only flow of a name, None where there is none."""
    found = _explained(lambda: FlowPublisher(stack.twilio).find(name))
    return None if found is None else found.sid


def has_flow(stack: Stack, sid: str) -> bool:
    """Tell whether the account has a flow."""
    return none_if_missing(lambda: stack.twilio.studio.v2.flows(sid).fetch()) is not None


def _rendered(stack: Stack, content: Mapping[str, Any]) -> dict[str, Any]:
    return _explained(
        lambda: rendered(
            stack.twilio,
            read(Path(content["path"])),
            stack.url(""),
            content["workflow"],
            content["task_channel"],
        )
    )


def _explained(work: Callable[[], T]) -> T:
    try:
        return work()
    except (FlowError, FlowFileError) as error:
        raise ConfigureError(str(error)) from None

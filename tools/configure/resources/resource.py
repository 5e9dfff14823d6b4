"""What each kind of resource does: read what is, say what should be, apply it, take it away."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from tools.stack.stack import Stack, StackError

State = Mapping[str, Any]
"""Fields of a resource and their values, which are JSON."""


class ConfigureError(StackError):
    """A plan cannot be made or carried out; the message says what to do."""


def nothing_wanted() -> State:
    """Return no field: for a resource that a file does not name any more."""
    return {}


class Resource(ABC):
    """A resource at Twilio or in AWS, and the fields of it that the command sets.

    Parameters
    ----------
    stack
        Where it is.
    key
        Identifies it among those of its kind, also before it exists: a number, a domain, a file's name.
    wanted
        Returns the fields that it should have. It is asked again when a change is carried out, because a
        field may name a resource that an earlier change makes.
    """

    kind: ClassVar[str]
    """Its name in the record and in JSON."""

    def __init__(self, stack: Stack, key: str, wanted: Callable[[], State] = nothing_wanted) -> None:
        self.stack = stack
        self.key = key
        self._wanted = wanted

    @property
    @abstractmethod
    def title(self) -> str:
        """Name of the resource for people, such as ``number +12025550100``."""

    @abstractmethod
    def read(self) -> State | None:
        """Return the fields as they are now; None where the resource does not exist."""

    @abstractmethod
    def apply(self, present: State | None, fields: State) -> None:
        """Set fields; where nothing is present, create the resource."""

    @abstractmethod
    def remove(self, fields: State) -> None:
        """Take away the resource that `apply` created; ``fields`` as they were before, mostly None."""

    def wanted(self, present: State | None) -> State:  # noqa: ARG002  # some kinds depend on it
        """Return the fields that the resource should have.

        Raises
        ------
        ConfigureError
            It does not exist, and cannot be created here.
        """
        return self._wanted()

    def is_same(self, field: str, one: Any, other: Any) -> bool:  # noqa: ARG002
        """Tell whether two values of a field mean the same."""
        return bool(one == other)

    def show(self, field: str, value: Any) -> str:  # noqa: ARG002
        """Return a value of a field for people."""
        if value is None or value == "":
            return "(not set)"
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def restores_fields(self, *, created: bool) -> bool:
        """Tell whether single fields can be put back where another has changed the others."""
        return not created

    def differing(self, present: State | None, wanted: State) -> dict[str, Any]:
        """Return the wanted fields that are other than they should be."""
        now = present or {}
        return {
            name: value
            for name, value in wanted.items()
            if name not in now or not self.is_same(name, now[name], value)
        }

    def difference(self, present: State | None) -> dict[str, Any]:
        """Return the fields that should be other than they are, with the values that they should have."""
        return self.differing(present, self.wanted(present))


class TwilioFields(Resource):
    """A resource that exists at Twilio already, whose fields can be updated."""

    fields: ClassVar[tuple[str, ...]]
    """The fields that may be set, as the twilio library names them."""

    @abstractmethod
    def instance(self) -> Any:
        """Return the resource as the twilio library has it; None where there is none."""

    def missing(self) -> str:
        """Return what to say where the resource does not exist."""
        return f"{self.title}: account {self.stack.account_sid} has no such resource"

    def read(self) -> State | None:
        """Return the fields; what is not set is an empty text, as Twilio takes it."""
        found = self.instance()
        if found is None:
            return None
        values = {name: getattr(found, name) for name in self.fields}
        return {name: "" if value is None else value for name, value in values.items()}

    def wanted(self, present: State | None) -> State:
        """Return the fields that the file asks for."""
        fields = super().wanted(present)
        if present is None and fields:
            raise ConfigureError(self.missing())
        return fields

    def apply(self, present: State | None, fields: State) -> None:  # noqa: ARG002
        """Update the fields."""
        found = self.instance()
        if found is None:
            raise ConfigureError(self.missing())
        found.update(**fields)

    def remove(self, fields: State) -> None:
        """Refuse: the command creates none of these."""
        raise NotImplementedError

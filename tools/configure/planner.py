"""Compare what is with what should be: a plan is a list of changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tools.configure.record import Entry, Record, is_ours
from tools.configure.resources.resource import Resource, State

Action = Literal["create", "update", "restore", "remove", "leave"]


@dataclass(frozen=True)
class FieldChange:
    """A field that changes, with its value before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What is done to one resource.

    Parameters
    ----------
    resource
        The resource.
    action
        ``create`` and ``update`` do what the file asks for; ``restore`` and ``remove`` put back what was
        there before; ``leave`` only lets the record forget the resource.
    present
        The resource as the plan saw it; None where it does not exist.
    fields
        The fields that change.
    entry
        What the record knows of it; None where the command has not changed it yet.
    forgotten
        The fields that the record need not know of any more once they are put back or left.
    left
        The fields that stay as they are, because another has changed them since, and what they were before.
    """

    resource: Resource
    action: Action
    present: State | None
    fields: tuple[FieldChange, ...]
    entry: Entry | None = None
    forgotten: frozenset[str] = frozenset()
    left: tuple[FieldChange, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the change as ``--json`` shows it."""
        show = self.resource.show
        return {
            "kind": self.resource.kind,
            "resource": self.resource.key,
            "action": self.action,
            "fields": [
                {"field": one.name, "from": show(one.name, one.before), "to": show(one.name, one.after)}
                for one in self.fields
            ],
            "left": [one.name for one in self.left],
        }


@dataclass(frozen=True)
class Plan:
    """Changes in the order in which they are made, and how many resources were compared."""

    changes: tuple[Change, ...]
    compared: int

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.action != "leave")


def make_plan(resources: Sequence[Resource], record: Record, recorded: Callable[[Entry], Resource]) -> Plan:
    """Return what must change so that resources are as they should be, and all others as they were before.

    Parameters
    ----------
    resources
        What the file asks for; none to put back everything.
    record
        What the command has changed so far.
    recorded
        Returns the resource of an entry.
    """
    undone = [entry for entry in record.entries if not any(map(entry.is_of, resources))]
    changes: list[Change] = [*_forward(resources, record)]
    for entry in reversed(undone):
        resource = recorded(entry)
        changes.append(_backward(resource, resource.read(), entry, frozenset(entry.fields)))
    return Plan(tuple(changes), len(resources))


def _forward(resources: Iterable[Resource], record: Record) -> Iterator[Change]:
    for resource in resources:
        present = resource.read()
        wanted = resource.wanted(present)
        differing = resource.differing(present, wanted)
        fields = tuple(
            FieldChange(name, (present or {}).get(name), value) for name, value in differing.items()
        )
        entry = record.entry_of(resource)
        if fields:
            yield Change(resource, "create" if present is None else "update", present, fields, entry)
        elif entry is not None and (dropped := frozenset(entry.fields) - frozenset(wanted)):
            yield _backward(resource, present, entry, dropped)


def _backward(resource: Resource, present: State | None, entry: Entry, names: frozenset[str]) -> Change:
    if present is None:
        return Change(resource, "leave", None, (), entry, names)
    known = {name: one for name, one in entry.fields.items() if name in names}
    own = {name for name, one in known.items() if is_ours(resource, name, one, present.get(name))}
    differing = tuple(
        FieldChange(name, present.get(name), one.before)
        for name, one in known.items()
        if not resource.is_same(name, present.get(name), one.before)
    )
    if entry.created and own == set(entry.fields):
        return Change(resource, "remove", present, differing, entry, names)
    fields = tuple(one for one in differing if one.name in own)
    if fields and resource.restores_fields(created=entry.created):
        left = tuple(one for one in differing if one.name not in own)
        return Change(resource, "restore", present, fields, entry, names, left)
    return Change(resource, "leave", present, (), entry, names, differing)

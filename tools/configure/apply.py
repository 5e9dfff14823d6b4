"""Carry out a plan: each change is recorded before it is made, so that it can be resumed and undone."""

from collections.abc import Callable
from datetime import UTC, datetime

from tools.configure.planner import Change, Plan
from tools.configure.record import Record, RecordStore
from tools.configure.resources.resource import ConfigureError


def carry_out(plan: Plan, store: RecordStore, record: Record, report: Callable[[Change], None]) -> None:
    """Make the changes of a plan, one after the other.

    Killed at any point, it leaves a record with which the next plan does what is left, and undoes what was
    done.

    Parameters
    ----------
    plan
        The changes.
    store, record
        The record that the plan was made with, and where it is kept.
    report
        Is told each change once it is made.

    Raises
    ------
    ConfigureError
        A resource is not as the plan saw it, or another operator changes the record.
    """
    for change in plan.changes:
        if change.action in {"create", "update"}:
            record = _make(change, store, record)
        else:
            record = _undo(change, store, record)
        report(change)


def _make(change: Change, store: RecordStore, record: Record) -> Record:
    resource = change.resource
    present = _unchanged(change)
    fields = resource.difference(present)
    record = record.announcing(resource, present, fields, datetime.now(UTC).isoformat(timespec="seconds"))
    store.save(record)
    resource.apply(present, fields)
    return record


def _undo(change: Change, store: RecordStore, record: Record) -> Record:
    entry = change.entry
    if entry is None:
        return record
    fields = {one.name: one.after for one in change.fields}
    if change.action == "restore":
        change.resource.apply(_unchanged(change), fields)
    elif change.action == "remove":
        _unchanged(change)
        change.resource.remove(fields)
    record = record.without(entry, change.forgotten)
    store.save(record)
    return record


def _unchanged(change: Change) -> dict[str, object] | None:
    """Return the resource as it is, which must be as the plan saw it in every field that changes."""
    resource, now = change.resource, change.resource.read()
    names = {one.name for one in change.fields}
    then = change.present
    is_same = (now is None) == (then is None) and all(
        resource.is_same(name, (now or {}).get(name), (then or {}).get(name)) for name in names
    )
    if not is_same:
        raise ConfigureError(f"{resource.title} has changed since the plan was made: run it again")
    return None if now is None else dict(now)

"""What the commands do one after the other: make the token ready, read the record, make the plan, ask."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from tools.configure.credentials import ready_auth_token
from tools.configure.desired import desired_resources
from tools.configure.planner import Plan, make_plan
from tools.configure.record import Entry, Record, RecordStore
from tools.configure.resources import AWS_KINDS, recorded_resource
from tools.configure.resources.resource import ConfigureError, Resource
from tools.configure.settings import Settings
from tools.stack.stack import Stack


@dataclass(frozen=True)
class Prepared:
    """A plan, and the record that it was made with."""

    plan: Plan
    store: RecordStore
    record: Record


def prepare(stack: Stack, settings: Settings, root: Path, *, token_from_input: bool, ask: bool) -> Prepared:
    """Return the plan of a file.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    if not stack.new_auth_token:
        ready_auth_token(stack, from_input=token_from_input, ask=ask)
    store = RecordStore(stack)
    record = store.load()
    return Prepared(make_plan_of(stack, settings, root, record), store, record)


def make_plan_of(stack: Stack, settings: Settings, root: Path, record: Record) -> Plan:
    """Return the plan of a file, made with a record.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    resources = desired_resources(stack, settings, root)
    return make_plan(resources, record, partial(_recorded, stack))


def prepare_undo(stack: Stack, *, token_from_input: bool, ask: bool) -> Prepared:
    """Return the plan that puts back everything.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    store = RecordStore(stack)
    record = store.load()
    if any(entry.kind not in AWS_KINDS for entry in record.entries):
        ready_auth_token(stack, from_input=token_from_input, ask=ask)
    return Prepared(make_plan((), record, partial(_recorded, stack)), store, record)


def may_proceed(*, yes: bool, ask: bool) -> bool:
    """Tell whether the operator agrees to a plan that was shown.

    Raises
    ------
    ConfigureError
        There is no terminal to ask at.
    """
    if yes:
        return True
    if not ask:
        raise ConfigureError("there is no terminal to ask at: pass --yes to make these changes")
    return bool(typer.confirm("Make these changes?"))


def _recorded(stack: Stack, entry: Entry) -> Resource:
    return recorded_resource(stack, entry.kind, entry.key)

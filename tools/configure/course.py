"""What the commands do one after the other: make the token ready, read the record, make the plan, ask."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from tools.configure.credentials import ready_auth_token
from tools.configure.deployment import Deployment
from tools.configure.desired import desired_resources
from tools.configure.planner import Plan, make_plan
from tools.configure.record import Entry, Record, RecordStore
from tools.configure.resources import AWS_KINDS, recorded_resource
from tools.configure.resources.resource import ConfigureError, Resource
from tools.configure.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """A plan, and the record that it was made with."""

    plan: Plan
    store: RecordStore
    record: Record


def prepare(
    deployment: Deployment, settings: Settings, root: Path, *, token_from_input: bool, ask: bool
) -> Prepared:
    """Return the plan of a file.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    if not deployment.new_auth_token:
        ready_auth_token(deployment, from_input=token_from_input, ask=ask)
    store = RecordStore(deployment)
    record = store.load()
    return Prepared(make_plan_of(deployment, settings, root, record), store, record)


def make_plan_of(deployment: Deployment, settings: Settings, root: Path, record: Record) -> Plan:
    """Return the plan of a file, made with a record.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    resources = desired_resources(deployment, settings, root)
    return make_plan(resources, record, partial(_recorded, deployment))


def prepare_undo(deployment: Deployment, *, token_from_input: bool, ask: bool) -> Prepared:
    """Return the plan that puts back everything.

    Raises
    ------
    ConfigureError
        The plan cannot be made.
    """
    store = RecordStore(deployment)
    record = store.load()
    if any(entry.kind not in AWS_KINDS for entry in record.entries):
        ready_auth_token(deployment, from_input=token_from_input, ask=ask)
    return Prepared(make_plan((), record, partial(_recorded, deployment)), store, record)


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


def _recorded(deployment: Deployment, entry: Entry) -> Resource:
    return recorded_resource(deployment, entry.kind, entry.key)

"""All that ``switchboard status`` finds: differences between the file and what is, and what is unhealthy."""

from collections.abc import Iterator
from pathlib import Path

from tools.configure.checks.api import check_api
from tools.configure.checks.connections import check_connections
from tools.configure.checks.finding import Finding
from tools.configure.checks.permissions import check_permissions
from tools.configure.checks.secrets import check_secrets
from tools.configure.checks.senders import check_senders
from tools.configure.course import make_plan_of
from tools.configure.planner import Change
from tools.configure.record import RecordStore
from tools.configure.resources.resource import ConfigureError
from tools.configure.settings import Settings
from tools.stack.stack import Stack


def findings(stack: Stack, settings: Settings, root: Path) -> Iterator[Finding]:
    """Yield what was found, one thing after the other.

    Parameters
    ----------
    stack
        What is looked at.
    settings
        What should be.
    root
        The folder that the file's paths start from.
    """
    secrets = list(check_secrets(stack))
    yield from secrets
    yield from check_api(stack, settings)
    if secrets[0].state == "problem":
        yield Finding("twilio", stack.account_sid, "problem", "was not looked at: the auth token is needed")
        return
    yield from _differences(stack, settings, root)
    yield from check_connections(stack, settings)
    yield from check_senders(stack, settings)
    yield from check_permissions(stack, settings)


def _differences(stack: Stack, settings: Settings, root: Path) -> Iterator[Finding]:
    try:
        plan = make_plan_of(stack, settings, root, RecordStore(stack).load())
    except ConfigureError as error:
        yield Finding("file", "switchboard.toml", "problem", str(error))
        return
    if not plan.effective:
        yield Finding("file", "switchboard.toml", "ok", f"all {plan.compared} resources are as it says")
    for change in plan.effective:
        yield from _difference(change)


def _difference(change: Change) -> Iterator[Finding]:
    show, subject = change.resource.show, change.resource.title
    if change.action == "create":
        yield Finding("file", subject, "problem", "is missing")
        return
    for one in change.fields:
        values = f"{show(one.name, one.before)}, and should be {show(one.name, one.after)}"
        yield Finding("file", subject, "problem", f"{one.name} is {values}")

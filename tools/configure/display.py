"""Plans and what was done, for people and for scripts."""

from collections.abc import Iterator
from typing import Any, Final

from tools.configure.planner import Change, Plan
from tools.stack.stack import Stack

_SIGNS: Final = {"create": "+", "update": "~", "restore": "<", "remove": "-"}
_DONE: Final = {
    "create": "made",
    "update": "set",
    "restore": "put back",
    "remove": "removed",
}


def heading(stack: Stack) -> str:
    """Return which stack, account and URL a command speaks of."""
    where = "" if stack.is_local else f" in {stack.region}"
    return f"{stack.name}{where}, account {stack.account_sid}, {stack.public_url}"


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan."""
    for change in plan.changes:
        yield from change_lines(change)


def change_lines(change: Change) -> Iterator[str]:
    """Yield the lines of a change: the resource, and each field with its value before and after."""
    if change.action != "leave":
        yield f"  {_SIGNS[change.action]} {change.resource.title}"
    width = max((len(one.name) for one in change.fields), default=0)
    for one in change.fields:
        before, after = (change.resource.show(one.name, value) for value in (one.before, one.after))
        yield f"      {one.name:<{width}}  {before} -> {after}"
    for line in left_lines(change):
        yield f"    {line}"


def left_lines(change: Change) -> Iterator[str]:
    """Yield a line for each field that stays because another has changed it since."""
    if change.action == "leave" and change.present is None:
        yield f"{change.resource.title}: is gone, nothing to put back"
    for one in change.left:
        shown = change.resource.show(one.name, one.before)
        yield f"{change.resource.title}: {one.name} stays {shown}: it was changed by another since"


def done_lines(change: Change) -> Iterator[str]:
    """Yield the line that says that a change is made; none where there was nothing to do."""
    if change.action != "leave":
        yield f"{_DONE[change.action]}: {change.resource.title}"


def summary(plan: Plan) -> str:
    """Return how many changes a plan has."""
    number = len(plan.effective)
    return "nothing to change" if number == 0 else "1 change" if number == 1 else f"{number} changes"


def plan_json(stack: Stack, plan: Plan) -> dict[str, Any]:
    """Return a plan as ``--json`` shows it."""
    return {
        "stack": stack.name,
        "account": stack.account_sid,
        "url": stack.public_url,
        "changes": [change.as_json() for change in plan.changes],
    }

"""Plans, and what is released, for people and for scripts."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tools.flex_plugin.rollout import NONE, Rollout
from tools.flex_plugin.state import PluginState


def plan_lines(rollout: Rollout) -> Iterator[str]:
    """Yield the lines of a plan: what is to be made, then what Flex loads by it."""
    for title in rollout.missing:
        yield f"  + {title}"
    before, after = rollout.present or NONE, rollout.number or NONE
    yield f"Flex loads {rollout.name}: {before}" + (f" -> {after}" if before != after else "")
    if rollout.others:
        yield f"others, which stay: {_listed(rollout.others)}"


def summary(rollout: Rollout) -> str:
    """Return how many changes a plan has."""
    number = len(rollout.missing)
    return "nothing to change" if number == 0 else "1 change" if number == 1 else f"{number} changes"


def plan_json(rollout: Rollout) -> dict[str, Any]:
    """Return a plan as ``--json`` shows it."""
    return {
        "plugin": rollout.name,
        "from": rollout.present or None,
        "to": rollout.number or None,
        "others": rollout.others,
        "changes": list(rollout.missing),
    }


def state_lines(state: PluginState) -> Iterator[str]:
    """Yield the lines of what is released and hosted."""
    if state.release:
        yield f'release {state.release}, configuration "{state.configuration}"'
        yield f"Flex loads {_listed(state.loads) or 'no plugin'}"
    else:
        yield "nothing is released: Flex loads no plugin"
    yield f"hosted at {state.domain}" if state.domain else f"{state.plugin} is not hosted by Twilio"
    for one in state.versions:
        marks = [
            one.sha256[:16] or "made by another tool",
            *(["released"] if one.released else []),
            *(["archived"] if one.archived else []),
            *(["HOSTED NO MORE"] if one.hosted is False else []),
        ]
        yield f"  {one.version:<10} {', '.join(marks)}"


def state_json(state: PluginState) -> dict[str, Any]:
    """Return what is released and hosted as ``--json`` shows it."""
    return {
        **asdict(state),
        "domain": state.domain or None,
        "release": state.release or None,
        "configuration": state.configuration or None,
        "problem": state.problem or None,
    }


def _listed(plugins: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(plugins.items()))

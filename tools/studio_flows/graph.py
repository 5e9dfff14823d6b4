"""Flow definitions as Mermaid flowcharts, which GitHub and many editors draw: https://mermaid.js.org."""

from collections.abc import Iterator, Mapping
from typing import Any

_LONGEST = 60


def mermaid(definition: Mapping[str, Any]) -> str:
    """Return a flowchart of a flow: a box a widget, an arrow a transition that leads to another widget."""
    return "\n".join(["flowchart TD", *_lines(definition)])


def _lines(definition: Mapping[str, Any]) -> Iterator[str]:
    for state in definition["states"]:
        yield f"    {_box(state)}"
    for state in definition["states"]:
        targets: dict[str, list[str]] = {}
        for way in state["transitions"]:
            if way.get("next"):
                targets.setdefault(way["next"], []).append(_label(way))
        for target, labels in targets.items():
            yield f'    {_id(state["name"])} -- "{"<br>".join(labels)}" --> {_id(target)}'


def _box(state: Mapping[str, Any]) -> str:
    name = _id(state["name"])
    if state["type"] == "trigger":
        return f'{name}(["{_quoted(state["name"])}"])'
    parts = [f"<b>{_quoted(state['name'])}</b>", state["type"]]
    if about := _about(state["properties"]):
        parts.append(_quoted(about if len(about) <= _LONGEST else f"{about[: _LONGEST - 1]}…"))
    opening, closing = ("{{", "}}") if state["type"] == "split-based-on" else ("[", "]")
    return f'{name}{opening}"{"<br>".join(parts)}"{closing}'


def _about(properties: Mapping[str, Any]) -> str:
    """Return what a box says of its widget: the text, the request, the input."""
    if properties.get("say"):
        return str(properties["say"])
    if properties.get("url"):
        return f"{properties.get('method', 'POST')} {properties['url']}"
    return str(properties.get("input") or properties.get("play") or "")


def _label(way: Mapping[str, Any]) -> str:
    conditions = [f"{one['type']} {one['value']}" for one in way.get("conditions", ())]
    return _quoted(" and ".join(conditions) or way["event"])


def _id(name: str) -> str:
    """Return a name as a node's identifier; ``end`` would end Mermaid's own block."""
    return f"w_{''.join(sign if sign.isalnum() else '_' for sign in name)}"


def _quoted(text: str) -> str:
    """Return a text for a quoted label: entities for what Mermaid or HTML would read."""
    entities = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "\n": " "}
    return "".join(entities.get(sign, sign) for sign in text)

"""template.yaml as it is written, for the tests that read it."""

from pathlib import Path
from typing import Any

from local.template.document import parse_template

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = parse_template((ROOT / "template.yaml").read_text(encoding="utf-8"))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of one type, by logical ID."""
    return {
        name: resource["Properties"]
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == kind
    }


def as_list(value: Any) -> list[Any]:
    """Return what may be one value or a list of values as a list."""
    return value if isinstance(value, list) else [value]


FUNCTIONS = resources("AWS::Serverless::Function")

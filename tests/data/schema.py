"""The schema of the tables, as docs/architecture.md documents it."""

import re
from pathlib import Path

ARCHITECTURE = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")


def documented_attributes(table: str) -> set[str]:
    """Return the attributes in the first column of a table's section."""
    section = ARCHITECTURE.partition(f"### `{table}`\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def documented_name(attribute: str) -> str:
    """Return an attribute as it is documented: one that is named after an execution stands for all."""
    return re.sub(r":FN[0-9a-fA-F]{32}$", ":FN…", attribute)

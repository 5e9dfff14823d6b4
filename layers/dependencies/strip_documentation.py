"""Empty the texts in botocore's service models: `strip_documentation.py FOLDER`.

Two thirds of a model are texts, which only botocore's documentation generator reads. A Lambda function reads
the models of its clients in each cold start.
"""

# ruff: noqa: INP001  # a script, run by the Makefile beside it

import gzip
import json
import sys
from pathlib import Path
from typing import Any

MODEL = "service-2.json"


def without_documentation(node: Any) -> Any:
    """Return a part of a service model with its texts empty; a shape or member that is called so stays.

    Empty and not left out: botocore reads some of them by their key.
    """
    if isinstance(node, dict):
        return {
            key: "" if key == "documentation" and isinstance(value, str) else without_documentation(value)
            for key, value in node.items()
        }
    return [without_documentation(value) for value in node] if isinstance(node, list) else node


def main(data: Path) -> None:
    """Rewrite every model below a folder: botocore reads the plain file before a packed one."""
    for packed in sorted(data.glob(f"*/*/{MODEL}.gz")):
        model = without_documentation(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_name(MODEL).write_text(json.dumps(model, separators=(",", ":")), encoding="utf-8")
        packed.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

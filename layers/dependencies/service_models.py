"""Keep of botocore's data what the Lambdas use: `service_models.py FOLDER`.

A Lambda function reads the models of its clients in each cold start. Of more than 430 services it asks
five, of their operations a few, and only botocore's documentation generator reads their texts. The local
platform's functions work with the same models (`local.lambda_runtime.fork_server`).
"""

# ruff: noqa: INP001  # a script, run by the Makefile beside it

import gzip
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

OPERATIONS: Final = {
    "dynamodb": (
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "DescribeEndpoints",  # botocore looks for it in each model that has endpoint discovery
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "events": ("PutEvents",),
    "s3": (
        "DeleteObject",
        "DeleteObjects",
        "GetObject",
        "HeadBucket",  # with it botocore finds a bucket's region after a redirect
        "HeadObject",
        "ListObjectVersions",
        "ListObjectsV2",
        "PutObject",
    ),
    "sqs": ("SendMessage", "SendMessageBatch"),
    "ssm": ("GetParameter", "GetParameters", "GetParametersByPath"),
}
"""By service, as botocore names both; all that template.yaml permits to functions."""

_MODEL: Final = "service-2.json"
_ENDPOINTS: Final = "endpoints.json"


def trimmed(service: str, model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service model with its kept operations, the shapes that those refer to, and empty texts."""
    operations = {name: value for name, value in model["operations"].items() if name in OPERATIONS[service]}
    shapes: dict[str, Any] = {}
    waiting = list(_shapes_in(operations))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes_in(shapes[name])
    kept = {name: shape for name, shape in model["shapes"].items() if name in shapes}
    whole: dict[str, Any] = _without_documentation({**model, "operations": operations, "shapes": kept})
    return whole


def trimmed_endpoints(endpoints: Mapping[str, Any]) -> dict[str, Any]:
    """Return what botocore knows of regions and partitions, with the kept services alone."""
    partitions = [
        {**one, "services": {name: value for name, value in one["services"].items() if name in OPERATIONS}}
        for one in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def main(data: Path) -> None:
    """Rewrite what is below botocore's folder `data`; a plain file is read before a packed one."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in OPERATIONS:
            shutil.rmtree(folder)
    for examples in data.glob("*/*/examples-1.json*"):
        examples.unlink()
    for path in (*data.glob(f"*/*/{_MODEL}*"), *data.glob(f"{_ENDPOINTS}*")):
        content = path.read_bytes()
        read = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        plain = path.with_name(path.name.removesuffix(".gz"))
        written = trimmed_endpoints(read) if plain.name == _ENDPOINTS else trimmed(path.parts[-3], read)
        path.unlink()
        plain.write_text(json.dumps(written, separators=(",", ":")), encoding="utf-8")


def _shapes_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("shape"), str):
            yield node["shape"]
        for value in node.values():
            yield from _shapes_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _shapes_in(value)


def _without_documentation(node: Any) -> Any:
    """Return a part of a service model with its texts empty; a shape or member that is called so stays.

    Empty and not left out: botocore reads some of them by their key.
    """
    if isinstance(node, dict):
        return {
            key: "" if key == "documentation" and isinstance(value, str) else _without_documentation(value)
            for key, value in node.items()
        }
    return [_without_documentation(value) for value in node] if isinstance(node, list) else node


if __name__ == "__main__":
    main(Path(sys.argv[1]))

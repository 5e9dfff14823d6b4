"""What the code of a function can ask of AWS, by the modules that its handler imports."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.data.template import FUNCTIONS, ROOT, as_list, resources

_FOLDERS = (ROOT / "functions", ROOT / "layers" / "switchboard" / "python")
_CLIENTS = {
    "switchboard.aws",
    "switchboard.aws.clients",
    "switchboard.aws.s3",
}
_EVIDENCE = {
    "dynamodb:BatchGetItem": r"\bbatch_get_item\(",
    "dynamodb:ConditionCheckItem": r'"ConditionCheck"',
    "dynamodb:DeleteItem": r'\bdelete_item\(|"Delete"',
    "dynamodb:GetItem": r"\bget_item\(|\btransact_get_items\(",
    "dynamodb:PutItem": r'\bput_item\(|"Put"',
    "dynamodb:Query": r"\bquery\(|\bquery_items\(",
    "dynamodb:UpdateItem": r'\bupdate_item\(|"Update"',
    "events:PutEvents": r"\bput_events\(",
    "s3:DeleteObject": r"\bs3\.delete\(",
    "s3:GetObject": r"\bs3\.(?:read|get)\(|\"get_object\"",
    "s3:GetObjectVersion": r"\bs3\.get\([^()]*version_id\)",
    "s3:ListBucketVersions": r"\bs3\.older_versions\(",
    "s3:ListBucket": r"\bs3\.(?:read|get)\(|\bhead_object\(",
    "s3:PutObject": r"\bs3\.write\(|\bput_object\(|\bupload_fileobj\(",
    "sqs:SendMessage": r"\bsend_message\(|\bsend_message_batch\(",
    "ssm:GetParameter": r"\bSSMProvider\(",
}
"""Per permission, the calls that need it. Without s3:ListBucket a missing object looks forbidden."""


def granted_actions(function: str) -> set[str]:
    """Return the permissions that a function's policies give."""
    policies = resources("AWS::IAM::ManagedPolicy")
    return {
        action
        for policy in FUNCTIONS[function]["Policies"]
        for statement in policies[policy["Ref"]]["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }


def callable_actions(function: str) -> set[str]:
    """Return the permissions that something in a function's code needs.

    Raises
    ------
    KeyError
        The template has no such function.
    """
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for module, path in _modules(FUNCTIONS[function]["Handler"].rpartition(".")[0]).items()
        if module not in _CLIENTS
    )
    return {action for action, pattern in _EVIDENCE.items() if re.search(pattern, text)}


def _modules(module: str) -> dict[str, Path]:
    """Return a module of ours and all that it imports, wherever in it, by name."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if path is not None and name not in found:
            found[name] = path
            waiting += _imports(path)
    return found


def _path(module: str) -> Path | None:
    for folder in _FOLDERS:
        base = folder.joinpath(*module.split("."))
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return path
    return None


@cache
def _imports(path: Path) -> tuple[str, ...]:
    def names() -> Iterator[str]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    return tuple(names())

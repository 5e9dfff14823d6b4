"""The dependencies layer: which of botocore's service models are in it, and that they need no texts."""

import ast
import json
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import botocore
import pytest
from botocore.awsrequest import AWSResponse
from botocore.loaders import Loader
from botocore.session import Session

from switchboard.aws.clients import Service
from tests.data.template import ROOT, as_list, resources

SCRIPT = ROOT / "layers" / "dependencies" / "service_models.py"
OPERATIONS: dict[str, tuple[str, ...]] = runpy.run_path(str(SCRIPT))["OPERATIONS"]
MODELS = set(OPERATIONS)
OPERATIONS_OF_AN_ACTION = {  # of those that are not called as the operation is
    "s3:DeleteObjectVersion": {"DeleteObject"},
    "s3:GetObject": {"GetObject", "HeadObject"},
    "s3:GetObjectVersion": {"GetObject"},
    "s3:ListBucket": {"HeadBucket", "ListObjectsV2"},
    "s3:ListBucketVersions": {"ListObjectVersions"},
}


def asked_for() -> Iterator[str]:
    """Yield the services whose clients the code of the Lambdas asks for, as often as it does."""
    for folder in ("functions", "layers/switchboard/python"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("client", "resource")):
                    yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))


def test_the_layer_holds_the_models_of_the_services_that_code_asks_for_and_no_others() -> None:
    assert set(get_args(Service)) == MODELS
    assert set(asked_for()) == MODELS


def test_the_layer_holds_the_operations_that_policies_permit_to_functions() -> None:
    permitted = {
        (action.partition(":")[0], operation)
        for policy in resources("AWS::IAM::ManagedPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        for operation in OPERATIONS_OF_AN_ACTION.get(action, {action.partition(":")[2]})
    }
    held = {(service, operation) for service, names in OPERATIONS.items() for operation in names}
    assert permitted
    assert {(service, operation) for service, operation in permitted if service in MODELS} <= held


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    installed = Path(botocore.__file__).with_name("data")
    for name in MODELS:
        shutil.copytree(installed / name, data / name)
    for shared in installed.glob("*.json*"):
        shutil.copy(shared, data)
    subprocess.run([sys.executable, SCRIPT, data], check=True)
    return data


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "x"}}}),
        ("events", "put_events", {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]}),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}),
        ("sqs", "send_message", {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/q", "MessageBody": "m"}),
        ("ssm", "get_parameter", {"Name": "n", "WithDecryption": True}),
    ],
)
def test_a_stripped_service_model_makes_the_same_request(
    stripped: Path, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    def request(session: Session) -> tuple[Any, ...]:
        client = session.create_client(
            service, "us-east-1", aws_access_key_id="AKIA", aws_secret_access_key="secret"
        )
        sent: list[tuple[Any, ...]] = []

        def answer(params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
            sent.append((params["method"], params["url"], params["body"]))
            return AWSResponse(params["url"], 200, {}, None), {}

        client.meta.events.register("before-call", answer)
        getattr(client, operation)(**parameters)
        return sent[0]

    from_stripped = Session()
    loader = Loader(extra_search_paths=[str(stripped)], include_default_search_paths=False)
    from_stripped.register_component("data_loader", loader)
    assert request(from_stripped) == request(Session())


def references(node: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a service model refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("shape"), str):
            yield node["shape"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_a_stripped_service_model_keeps_everything_about_its_operations_but_texts(stripped: Path) -> None:
    def without_texts(node: Any) -> Any:
        if isinstance(node, dict):
            return {
                key: "" if key == "documentation" and isinstance(value, str) else without_texts(value)
                for key, value in node.items()
            }
        return [without_texts(value) for value in node] if isinstance(node, list) else node

    for service, operations in OPERATIONS.items():
        (*_, latest) = sorted((stripped / service).glob("*/service-2.json"))
        original = without_texts(Loader().load_data(f"{service}/{latest.parent.name}/service-2"))
        kept = json.loads(latest.read_text(encoding="utf-8"))
        assert set(kept["operations"]) == set(operations)
        for part in ("operations", "shapes"):
            assert kept[part] == {name: original[part].pop(name) for name in list(kept[part])}
        assert kept | {"operations": {}, "shapes": {}} == original | {"operations": {}, "shapes": {}}
        assert set(references(kept)) == set(kept["shapes"])

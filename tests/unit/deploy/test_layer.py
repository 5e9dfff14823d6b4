"""The dependencies layer: which of botocore's service models are in it, and that they need no texts."""

import ast
import json
import re
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
from tests.data.template import ROOT

MAKEFILE = (ROOT / "layers" / "dependencies" / "Makefile").read_text(encoding="utf-8")
MODELS = set(re.search(r"^SERVICES := (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]


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


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    installed = Path(botocore.__file__).with_name("data")
    for name in MODELS:
        shutil.copytree(installed / name, data / name)
    for shared in installed.glob("*.json*"):
        shutil.copy(shared, data)
    script = ROOT / "layers" / "dependencies" / "strip_documentation.py"
    subprocess.run([sys.executable, script, data], check=True)
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


def test_a_stripped_service_model_keeps_everything_but_texts(stripped: Path) -> None:
    def paths(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield key
                yield from paths(value)
        elif isinstance(node, list):
            for value in node:
                yield from paths(value)

    for model in stripped.glob("*/*/service-2.json"):
        original = Loader().load_data(f"{model.parent.parent.name}/{model.parent.name}/service-2")
        kept = json.loads(model.read_text(encoding="utf-8"))
        assert list(paths(kept)) == list(paths(original))
        assert len(json.dumps(kept)) < len(json.dumps(original)) / 2

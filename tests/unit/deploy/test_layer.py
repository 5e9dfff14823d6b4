"""The dependencies layer: which of botocore's service models are in it."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

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

"""Schemathesis makes requests from the document, valid and invalid ones; each answer must be documented.

`make contract` makes the same requests each time, `make fuzz` new ones for as long as it is told. A failure
prints its request as a curl command, proof included.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.lambda_runtime.environment import PROJECT_ROOT
from local.platform import Platform
from local.template.parameters import FLEX_NUMBER, SURVEY_NUMBER, WORKFLOW_SID
from sip_router.domain.seed import SEED_KEY, make_seed
from tests.integration.tools.callers import Caller, callers, may_call
from tools.openapi.document import openapi

FIRST_VERSION = make_seed(
    json.loads((PROJECT_ROOT / "config-files" / SEED_KEY).read_bytes()), "", ""
).version.sid
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KNOWN = {
    "To From Caller numberToCall numberToCallFrom fromNumber toNumber number": (
        SURVEY_NUMBER,
        FLEX_NUMBER,
        *(f"+1202555{number}" for number in range(1000, 1100)),
    ),
    "CallSid callSid": ("CA" + "1" * 32, "CA" + "2" * 32),
    "executionSid": ("FN" + "1" * 32, "FN" + "2" * 32),
    "flowSid": ("FW" + "1" * 32,),
    "workflowSid QueueSid": (WORKFLOW_SID,),
    "surveyId": ("default",),
    "defaultLanguage language": ("en-US", "es-MX"),
    "version buildSid": ("latest", "live", FIRST_VERSION),
    "address": ("4321", "sip:4000@switchboard.sip.twilio.com"),
    "Body Digits SpeechResult": ("5", "go", "stop", "ESPAÑOL", "1", "2", "*"),
}
"""Values that mean something to the platform, by the fields that take them: no generator would find them."""

CONFIG = {
    "dictionaries": {names: {"values": list(values)} for names, values in KNOWN.items()},
    "parameters": {
        f"{place}.{name}": {"dictionary": names, "probability": 0.7}
        for names in KNOWN
        for name in names.split()
        for place in ("body", "query", "path")
    },
    "request-timeout": 60,
    # Signatures, keys and tokens are the callers'. API Gateway has no route for other methods.
    "output": {"sanitization": {"enabled": False}},
    "generation": {"with-security-parameters": False},
    "phases": {"coverage": {"unexpected-methods": []}},
}


def _schemas(document: Mapping[str, Any], part: Any) -> Iterator[dict[str, Any]]:
    """Yield the schemas that a part of the document refers to, directly or through others."""
    waiting, seen = [part], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name = node.get("$ref", "").removeprefix("#/components/")
            if name and name not in seen:
                seen.add(name)
                kind, _, name = name.partition("/")
                waiting.append(document["components"][kind][name])
                if kind == "schemas":
                    yield waiting[-1]
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def strict_document() -> dict[str, Any]:
    """Return the document with answers that have no other fields than those that are listed."""
    document = openapi()
    responses = [
        operation["responses"] for methods in document["paths"].values() for operation in methods.values()
    ]
    for schema in _schemas(document, responses):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


SCHEMA = schemathesis.openapi.from_dict(strict_document(), config=schemathesis.Config.from_dict(CONFIG))


@pytest.fixture(scope="session")
def proofs(platform: Platform) -> Mapping[Caller, AuthBase]:
    return callers(platform)


@SCHEMA.parametrize()
def test_every_answer_is_documented(
    case: schemathesis.Case, platform: Platform, proofs: Mapping[Caller, AuthBase]
) -> None:
    allowed = [proof for caller, proof in proofs.items() if may_call(caller, case.operation.definition.raw)]
    proof = allowed[len(repr(case.body)) % len(allowed)]  # the same for the same request
    case.call_and_validate(base_url=platform.base_url, auth=proof, checks=CHECKS, allow_redirects=False)

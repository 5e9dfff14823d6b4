"""The local platform takes the callers, and misses the fields, that docs/openapi.yaml names."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests
from requests.auth import AuthBase

from local.platform import Platform
from tests.integration.tools.callers import Caller, callers, may_call
from tools.openapi.document import openapi

DOCUMENT = openapi()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
WITH_FIELDS = [
    route for route, operation in OPERATIONS.items() if "requestBody" in operation or route.startswith("GET ")
]


@pytest.fixture(scope="module")
def proofs(platform: Platform) -> Mapping[Caller, AuthBase]:
    return callers(platform)


def ask(platform: Platform, route: str, proof: AuthBase) -> requests.Response:
    """Send a request that says nothing but who makes it."""
    method, _, path = route.partition(" ")
    known = {"callSid": "CA" + "1" * 32, "step": "answer", "surveyId": "default", "campaignId": "1"}
    url = platform.base_url + path.format_map(known)
    return requests.request(method, url, auth=proof, allow_redirects=False, timeout=30)


def required_fields(operation: Mapping[str, Any]) -> set[str]:
    """Return the fields that must be in the query string or the body."""
    found = {
        one["name"] for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")
    }
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"]["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][name]
        found |= {*schema.get("required", ()), *schema.get("anyOf", [{}])[0].get("required", ())}
        found |= {"body"} if schema["type"] == "array" else set()
    return found


@pytest.mark.parametrize("route", OPERATIONS)
def test_those_may_call_whom_the_document_names_and_nobody_else(
    platform: Platform, proofs: Mapping[Caller, AuthBase], route: str
) -> None:
    for caller, proof in proofs.items():
        is_refused = ask(platform, route, proof).status_code == 403
        assert is_refused is not may_call(caller, OPERATIONS[route]), caller


@pytest.mark.parametrize("route", OPERATIONS)
def test_a_request_that_says_nothing_is_told_which_fields_are_missing(
    platform: Platform, proofs: Mapping[Caller, AuthBase], route: str
) -> None:
    allowed = next(proof for caller, proof in proofs.items() if may_call(caller, OPERATIONS[route]))
    answer = ask(platform, route, allowed)
    required = required_fields(OPERATIONS[route])
    if answer.status_code != 400:
        assert not required
        return
    assert {error["field"] for error in answer.json().get("errors", ())} == required

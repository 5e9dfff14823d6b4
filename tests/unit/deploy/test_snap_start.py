"""SnapStart: what a deployment publishes where it is wanted, and that nothing changes where it is not."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.template.document import parse_template
from tests.data.template import FUNCTIONS, ROOT
from tools.deploy import snap_start

ROUTED = {
    name
    for name, properties in FUNCTIONS.items()
    if any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The template as ``sam deploy`` uploads it: code lies in a bucket."""
    lines = (ROOT / "template.yaml").read_text(encoding="utf-8").splitlines()
    uploaded = [
        f"{line.partition(':')[0]}: s3://bucket/key"
        if line.strip().startswith(("CodeUri:", "ContentUri:"))
        else line
        for line in lines
    ]
    path = tmp_path / "template.yaml"
    path.write_text("\n".join(uploaded), encoding="utf-8")
    return path


def _deployed(template: Path, **values: str) -> dict[str, Any]:
    document = parse_template(template.read_text(encoding="utf-8"))
    session = boto3.Session(region_name="eu-west-1")
    resources: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(document, values)[
        "Resources"
    ]
    return resources


def _of(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def test_functions_behind_http_are_invoked_at_a_published_version(built: Path) -> None:
    resources = _deployed(snap_start.publish_versions(built), SnapStart="true")
    versions, aliases = _of(resources, "AWS::Lambda::Version"), _of(resources, "AWS::Lambda::Alias")
    assert {version["Properties"]["FunctionName"]["Ref"] for version in versions.values()} == ROUTED
    assert {version["DeletionPolicy"] for version in versions.values()} == {"Delete"}
    assert len(aliases) == len(ROUTED)
    integrations = str(_of(resources, "AWS::ApiGatewayV2::Api"))
    for alias in aliases:
        assert f"${{{alias}}}" in integrations
    started = _of(resources, "AWS::Lambda::Function")["SurveySmsWebhook"]["Properties"]["SnapStart"]
    assert started == {"ApplyOn": {"Fn::If": ["UsesSnapStart", "PublishedVersions", "None"]}}


def test_every_deployment_publishes_a_new_version(built: Path) -> None:
    first, second = (
        set(_of(_deployed(snap_start.publish_versions(built)), "AWS::Lambda::Version")) for _ in range(2)
    )
    assert first.isdisjoint(second)


def test_without_snapstart_no_version_is_published(built: Path) -> None:
    assert _of(_deployed(built), "AWS::Lambda::Version") == {}
    assert not snap_start.is_wanted({})
    assert not snap_start.is_wanted({"SnapStart": "false"})
    assert snap_start.is_wanted({"SnapStart": "true"})

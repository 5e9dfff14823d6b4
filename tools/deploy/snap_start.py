"""SnapStart: published versions of the functions behind HTTP, from whose snapshots Lambda starts.

Lambda takes snapshots of published versions only, so that requests must go to an alias of one. SAM makes both
(``AutoPublishAlias``), for every deployment of a template or for none, and a template that always did would
leave a function at its old version where only a parameter has changed. So they are added here, where they are
wanted, and each deployment publishes anew. https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ALIAS: Final = "live"


def is_wanted(values: Mapping[str, str]) -> bool:
    """Tell whether a deployment with these parameters uses SnapStart."""
    return values.get("SnapStart") == "true"


def publish_versions(template: Path) -> Path:
    """Return a built template, beside the one given, that publishes the functions behind the HTTP API.

    Versions that no alias points to any longer are deleted, as Lambda charges for their snapshots.
    """
    from local.template.document import parse_template

    document = parse_template(template.read_text(encoding="utf-8"))
    release = secrets.token_hex(32)
    for resource in document["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function" and _answers_http(properties):
            properties["AutoPublishAlias"] = ALIAS
            properties["AutoPublishCodeSha256"] = release
            properties["VersionDeletionPolicy"] = "Delete"
    published = template.with_name("template-snapstart.json")
    published.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return published


def _answers_http(properties: Mapping[str, Any]) -> bool:
    return any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values())

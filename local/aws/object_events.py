"""The events that S3 puts on the default bus of EventBridge when objects are deleted.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.aws.moto_server import Call
from local.template.application import Application


class ObjectEvents:
    """Makes events from S3 requests, for buckets whose notification configuration asks for them.

    Parameters
    ----------
    application
        Describes the buckets.
    """

    def __init__(self, application: Application) -> None:
        template = application.template
        self._versioned: dict[str, bool] = {}
        for resource in template.of_type("AWS::S3::Bucket"):
            notifications = resource.properties.get("NotificationConfiguration", {})
            if notifications.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
                versioning = resource.properties.get("VersioningConfiguration", {})
                self._versioned[template.name_of(resource)] = versioning.get("Status") == "Enabled"

    def of(self, call: Call) -> Iterator[dict[str, Any]]:
        """Yield an entry of PutEvents for each object that a request deleted."""
        bucket, key = call.s3_object
        if call.service != "s3" or bucket not in self._versioned:
            return
        query = parse_qs(urlsplit(call.path).query, keep_blank_values=True)
        if call.operation == "DeleteObject":
            yield self._deleted(bucket, key, query.get("versionId", [""])[0])
        elif call.operation == "DeleteObjects":
            for element in ET.fromstring(call.answer).iter():  # noqa: S314  # moto wrote it
                if element.tag.rpartition("}")[2] == "Deleted":
                    fields = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
                    yield self._deleted(bucket, fields["Key"], fields.get("VersionId", ""))

    def _deleted(self, bucket: str, key: str, version_id: str) -> dict[str, Any]:
        marks = self._versioned[bucket] and not version_id
        return {
            "Source": "aws.s3",
            "DetailType": "Object Deleted",
            "Resources": [f"arn:aws:s3:::{bucket}"],
            "Detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {"key": key, **({"version-id": version_id} if version_id else {})},
                "reason": "DeleteObject",
                "deletion-type": "Delete Marker Created" if marks else "Permanently Deleted",
            },
        }

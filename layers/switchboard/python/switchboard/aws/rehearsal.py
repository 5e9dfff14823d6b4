"""Calls to AWS that are prepared but not sent, before Lambda takes a snapshot.

With the first call of an operation botocore reads its shapes, and with the first one about a table or bucket
it works out where to send it. Done before the snapshot, no restored environment does that again.
"""

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from urllib3 import HTTPResponse

from switchboard.aws.clients import Service, boto3_client

_ITEM: Final = {"id": {"S": "x"}}
_CALLS: Final[Mapping[Service, Mapping[str, Mapping[str, Any]]]] = {
    "dynamodb": {
        "get_item": {"Key": _ITEM, "ConsistentRead": True},
        "put_item": {"Item": _ITEM, "ConditionExpression": "id = :id"},
        "query": {"KeyConditionExpression": "id = :id"},
        "update_item": {"Key": _ITEM, "UpdateExpression": "SET id = :id"},
    },
    "events": {"put_events": {"Entries": [{"Source": "x", "DetailType": "x", "Detail": "{}"}]}},
    "s3": {"get_object": {"Key": "x"}},
    "sqs": {"send_message": {"MessageBody": "x"}},
    "ssm": {"get_parameter": {"Name": "x", "WithDecryption": True}},
}
_ABOUT: Final[Mapping[Service, tuple[str, str]]] = {
    "dynamodb": ("TableName", "_TABLE"),
    "s3": ("Bucket", "_BUCKET"),
    "sqs": ("QueueUrl", "_QUEUE_URL"),
}
"""What a call is about: its parameter, and how environment variables end that name such things."""


def rehearse(*services: Service) -> None:
    """Go through the calls that functions make of these services, up to where a request would be sent."""
    for service in services:
        made = boto3_client(service)
        sending = f"before-send.{made.meta.service_model.service_id.hyphenize()}"
        made.meta.events.register_first(sending, _answer)
        for about in _things(service):
            for operation, parameters in _CALLS[service].items():
                # A failure only leaves this to the first call.
                with contextlib.suppress(Exception):
                    getattr(made, operation)(**about, **parameters)
                    made.can_paginate(operation)
        made.meta.events.unregister(sending, _answer)


def _things(service: Service) -> Iterator[Mapping[str, str]]:
    if service not in _ABOUT:
        yield {}
        return
    parameter, ending = _ABOUT[service]
    yield from ({parameter: value} for name, value in os.environ.items() if name.endswith(ending))


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    """Answer in the place of AWS: botocore sends nothing where a handler of this event returns a response."""
    content = HTTPResponse(io.BytesIO(b"{}"), preload_content=False)
    return AWSResponse(request.url, 200, HTTPHeaders(), content)

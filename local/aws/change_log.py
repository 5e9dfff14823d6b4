"""What functions change in AWS, for the platform's activity: items, objects, events, messages."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from local.activity import Activity
from local.aws.moto_server import Call
from local.template.application import Application
from local.template.parameters import LAMBDA_KEY

_OBJECT_CHANGES: Final = {"PutObject": "written", "DeleteObject": "deleted"}
_ITEM_CHANGES: Final = {"PutItem": "written", "UpdateItem": "updated", "DeleteItem": "deleted"}
_LONGEST: Final = 10_000
"""Characters of an event's detail that are kept; AWS takes 256 KB of one."""

_PARTS: Final = {"Put": "written", "Update": "updated", "Delete": "deleted"}


class ChangeLog:
    """Publishes what requests of functions have changed.

    Parameters
    ----------
    application
        Names tables, buckets and queues as the template does.
    activity
        Is told.
    """

    def __init__(self, application: Application, activity: Activity) -> None:
        template = application.template
        self._activity = activity
        self._names: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"):
            for resource in template.of_type(kind):
                name = template.name_of(resource)
                self._names[name] = resource.logical_id
                schema = resource.properties.get("KeySchema", ())
                self._keys[name] = tuple(part["AttributeName"] for part in schema)
        self._readers: Mapping[str, Callable[[Call, int], None]] = {
            "dynamodb": self._items,
            "s3": self._object,
            "events": self._events,
            "sqs": self._message,
        }

    def see(self, call: Call) -> None:
        """Publish what a request has changed."""
        if call.access_key == LAMBDA_KEY and call.writes and call.service in self._readers:
            self._readers[call.service](call, self._activity.number_of(call.invocation))

    def _items(self, call: Call, cause: int) -> None:
        for table, change, item in _item_changes(call.operation, json.loads(call.request or b"{}")):
            keys = self._keys.get(table, ())
            key = {name: next(iter(item[name].values())) for name in keys if name in item}
            name = self._names.get(table, table)
            self._activity.begin("change", name, cause, change=change, key=key, service="dynamodb")

    def _object(self, call: Call, cause: int) -> None:
        if change := _OBJECT_CHANGES.get(call.operation):
            bucket, key = call.s3_object
            name = self._names.get(bucket, bucket)
            self._activity.begin("change", name, cause, change=change, key=key, service="s3")

    def _events(self, call: Call, cause: int) -> None:
        entries, answers = json.loads(call.request)["Entries"], json.loads(call.answer)["Entries"]
        for entry, answer in zip(entries, answers, strict=True):
            if event_id := answer.get("EventId"):
                detail = entry["Detail"]
                shown = json.loads(detail) if len(detail) <= _LONGEST else f"{detail[:_LONGEST]} …"
                about = {"source": entry["Source"], "detail": shown}
                self._activity.begin("event", entry["DetailType"], cause, event_id, **about)

    def _message(self, call: Call, cause: int) -> None:
        if call.operation == "SendMessage":
            request, answer = json.loads(call.request), json.loads(call.answer)
            queue = str(request["QueueUrl"]).rpartition("/")[2]
            delay = int(request.get("DelaySeconds") or 0)
            name = self._names.get(queue, queue)
            self._activity.begin("message", name, cause, answer["MessageId"], delaySeconds=delay)


def _item_changes(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the table, the kind of change, and the item or its key, of each item that a request changes."""
    if change := _ITEM_CHANGES.get(operation):
        yield request["TableName"], change, request.get("Key") or request.get("Item", {})
    elif operation == "TransactWriteItems":
        for part in request["TransactItems"]:
            for name, content in part.items():
                if name in _PARTS:
                    yield content["TableName"], _PARTS[name], content.get("Key") or content.get("Item", {})
    elif operation == "BatchWriteItem":
        for table, parts in request["RequestItems"].items():
            for part in parts:
                put = part.get("PutRequest")
                yield (
                    table,
                    "written" if put else "deleted",
                    put["Item"] if put else part["DeleteRequest"]["Key"],
                )

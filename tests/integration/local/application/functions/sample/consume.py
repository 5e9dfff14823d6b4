"""Listens to the bus, to the queue and to the schedule."""

import json

from shared import store


def on_event(event, context):
    detail = event["detail"]
    store(f"event-{detail['id']}-{context.aws_request_id}", event=event)
    if detail.get("fail"):
        raise RuntimeError("as asked")


def on_messages(event, context):
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        store(f"message-{body['id']}-{context.aws_request_id}", record=record, batch=len(event["Records"]))
        if body.get("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def on_schedule(event, _context):
    store("schedule", event=event)
    return {"swept": True}

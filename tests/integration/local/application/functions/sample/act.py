"""Does what the body says, so that one function shows every way to end."""

import contextlib
import json
import os
import pathlib
import time
import urllib.request

import boto3


def handler(event, _context):
    wanted = json.loads(event.get("body") or "{}")
    return ACTIONS[wanted.get("do", "answer")](wanted)


def _answer(wanted):
    return wanted.get("answer", {"act": "answered"})


def _raise(wanted):
    raise ValueError(wanted.get("message", "as asked"))


def _sleep(wanted):
    time.sleep(wanted["seconds"])
    return {"pid": os.getpid()}


def _meet(wanted):
    """Wait until as many invocations as asked for are here at once."""
    place = pathlib.Path(wanted["place"])
    (place / str(os.getpid())).touch()
    while len(list(place.iterdir())) < wanted["count"]:
        time.sleep(0.01)
    return {"pid": os.getpid()}


def _exit(_wanted):
    os._exit(3)


def _spin(_wanted):
    while True:
        pass


def _print(wanted):
    print(wanted["text"])


def _publish(wanted):
    entries = [
        {
            "EventBusName": os.environ["BUS"],
            "Source": "sample",
            "DetailType": wanted["type"],
            "Detail": json.dumps(wanted["detail"]),
        }
    ]
    return {"failed": boto3.client("events").put_events(Entries=entries)["FailedEntryCount"]}


def _send(wanted):
    queue = boto3.client("sqs")
    for body in wanted["bodies"]:
        queue.send_message(
            QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(body), DelaySeconds=wanted.get("delay", 0)
        )


def _count(_wanted):
    """Two AWS calls and one to Twilio."""
    table = boto3.client("dynamodb")
    table.get_item(TableName=os.environ["TABLE"], Key={"id": {"S": "none"}})
    table.put_item(TableName=os.environ["TABLE"], Item={"id": {"S": "counted"}})
    with contextlib.suppress(OSError):
        urllib.request.urlopen(os.environ["TWILIO_API_BASE_URL"] + "/api.twilio.com/2010-04-01/Accounts.json")


def _upload(wanted):
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=wanted["key"], Body=b"by the function")
    return {"pid": os.getpid()}


def _look(wanted):
    """Read an object that need not exist; then, if asked to, tell so and wait for a file."""
    storage = boto3.client("s3")
    with contextlib.suppress(storage.exceptions.ClientError):
        storage.get_object(Bucket=os.environ["BUCKET"], Key=wanted["key"])
    if "told" in wanted:
        pathlib.Path(wanted["told"]).touch()
        while not pathlib.Path(wanted["until"]).exists():
            time.sleep(0.01)
    return {"pid": os.getpid()}


def _list(wanted):
    boto3.client("s3").list_objects_v2(Bucket=os.environ["BUCKET"], Prefix=wanted["prefix"])
    return {"pid": os.getpid()}


def _claim(wanted):
    """Take the next number of a counter, only if nobody else did in between."""
    table = boto3.client("dynamodb")
    found = table.get_item(TableName=os.environ["TABLE"], Key={"id": {"S": wanted["id"]}}).get("Item", {})
    before = int(found.get("n", {"N": "0"})["N"])
    condition = {"ConditionExpression": "attribute_not_exists(n) OR n = :before"}
    try:
        table.update_item(
            TableName=os.environ["TABLE"],
            Key={"id": {"S": wanted["id"]}},
            UpdateExpression="SET n = :after",
            ExpressionAttributeValues={":before": {"N": str(before)}, ":after": {"N": str(before + 1)}},
            **condition,
        )
    except table.exceptions.ConditionalCheckFailedException:
        return {"won": False}
    return {"won": True}


ACTIONS = {
    "answer": _answer,
    "raise": _raise,
    "sleep": _sleep,
    "meet": _meet,
    "exit": _exit,
    "spin": _spin,
    "print": _print,
    "publish": _publish,
    "send": _send,
    "count": _count,
    "upload": _upload,
    "look": _look,
    "list": _list,
    "claim": _claim,
}
